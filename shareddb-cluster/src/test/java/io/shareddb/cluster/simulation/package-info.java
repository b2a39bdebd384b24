/**
 * A whole cluster on virtual time: the real role, membership, log, archive and epoch writer of each node; engines, captures, relays and
 * clients are models. Start at {@link io.shareddb.cluster.simulation.ClusterSimulationTest}.
 */
@NullMarked
package io.shareddb.cluster.simulation;

import org.jspecify.annotations.NullMarked;
