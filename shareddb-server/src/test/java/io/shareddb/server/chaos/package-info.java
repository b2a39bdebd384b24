/**
 * Breaks a cluster of real processes on purpose, again and again, and checks what its clients were told. Start at {@link
 * io.shareddb.server.chaos.ChaosRun}; {@code bench/chaos.sh} runs it as long as one likes, {@code ChaosIT} for a minute.
 *
 * <p>Nodes reach each other through forwarders in this process, one for each ordered pair, so that every direction of every pair can be
 * cut, slowed and broken without privileges. Needs Linux: each pair has an address of its own in 127.0.0.0/8.
 */
@NullMarked
package io.shareddb.server.chaos;

import org.jspecify.annotations.NullMarked;
