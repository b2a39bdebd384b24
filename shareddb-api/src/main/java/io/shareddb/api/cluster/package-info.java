/**
 * HTTP between the nodes of a cluster. Start at {@link io.shareddb.api.cluster.ClusterServer} and
 * {@link io.shareddb.api.cluster.HttpPeerClient}.
 */
@NullMarked
package io.shareddb.api.cluster;

import org.jspecify.annotations.NullMarked;
