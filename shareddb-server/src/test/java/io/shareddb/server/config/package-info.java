/** Tests of {@code io.shareddb.server.config}. */
@NullMarked
package io.shareddb.server.config;

import org.jspecify.annotations.NullMarked;
