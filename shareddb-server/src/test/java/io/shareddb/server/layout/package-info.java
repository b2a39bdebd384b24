/** Tests of {@code io.shareddb.server.layout}. */
@NullMarked
package io.shareddb.server.layout;

import org.jspecify.annotations.NullMarked;
