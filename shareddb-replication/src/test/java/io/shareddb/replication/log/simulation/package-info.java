/**
 * The whole log in one thread on virtual time: clock, executor, random, transport and disk are simulated, and everything goes wrong that
 * can. Start at {@link io.shareddb.replication.log.simulation.SimulationTest}.
 */
@NullMarked
package io.shareddb.replication.log.simulation;

import org.jspecify.annotations.NullMarked;
