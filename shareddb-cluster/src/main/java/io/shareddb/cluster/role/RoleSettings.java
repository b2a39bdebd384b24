package io.shareddb.cluster.role;

import java.time.Duration;

/**
 * Limits of the life cycle of a node.
 *
 * @param poll between two looks at the engine; longer: lag and a stopped applier are noticed later
 * @param takeover to apply what is committed after an election; too short gives leadership away while the engine still catches up
 * @param open to become writable after that; too long keeps clients waiting for a node that cannot
 * @param close to become read-only after losing leadership, before waiting commits are cut off by killing the engine
 * @param drain to finish what clients wait for at a planned stop
 * @param transfer to hand leadership over, each try
 * @param stop for the engine to stop in order
 * @param unresponsive without an answer from the engine before it is killed and started again
 * @param silence without an answer from the engine before others do its work: another node leads, if one can, and answers reads
 * @param firstBackOff before the second try of what failed; doubles with each failure
 * @param maxBackOff longest pause between two tries
 * @param patience failures in a row before the node says that it needs help; it goes on trying
 * @param replayLimit transactions that an empty engine may replay instead of loading a copy
 */
public record RoleSettings(
        Duration poll,
        Duration takeover,
        Duration open,
        Duration close,
        Duration drain,
        Duration transfer,
        Duration stop,
        Duration unresponsive,
        Duration silence,
        Duration firstBackOff,
        Duration maxBackOff,
        int patience,
        long replayLimit) {
    /** What suits nodes on one machine or in one data centre. */
    public static RoleSettings defaults() {
        return new RoleSettings(
                Duration.ofMillis(200),
                Duration.ofSeconds(30),
                Duration.ofSeconds(4),
                Duration.ofMillis(200),
                Duration.ofSeconds(5),
                Duration.ofSeconds(2),
                Duration.ofSeconds(10),
                Duration.ofSeconds(20),
                Duration.ofSeconds(5),
                Duration.ofMillis(200),
                Duration.ofSeconds(10),
                3,
                10_000);
    }
}
