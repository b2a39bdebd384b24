/**
 * A node's settings: one table of names ({@link io.shareddb.server.config.Setting}), read from flags, environment and a file into one
 * immutable {@link io.shareddb.server.config.NodeConfig}. All problems are reported at once, unknown names too.
 */
@NullMarked
package io.shareddb.server.config;

import org.jspecify.annotations.NullMarked;
