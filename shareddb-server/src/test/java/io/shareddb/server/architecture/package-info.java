/** Holds the modules to the direction of their dependencies. */
@NullMarked
package io.shareddb.server.architecture;

import org.jspecify.annotations.NullMarked;
