@NullMarked
package io.shareddb.server.flux;

import org.jspecify.annotations.NullMarked;
