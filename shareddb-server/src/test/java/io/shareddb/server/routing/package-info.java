@NullMarked
package io.shareddb.server.routing;

import org.jspecify.annotations.NullMarked;
