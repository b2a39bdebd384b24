package io.shareddb.server.chaos;

import java.time.Duration;

/**
 * One fault of a schedule.
 *
 * @param number from 1
 * @param leader whether it is done to the node that leads then, else to one that follows
 * @param hold how long it lasts, where it is something that lasts
 * @param awaitRecovery whether the cluster is let recover before the next one; else the next one comes after {@code pause}
 * @param pause until the next fault
 * @param salt for what is chosen when it is done
 */
record Fault(
        int number, FaultKind kind, boolean leader, Duration hold, boolean awaitRecovery, Duration pause, long salt) {
    /** Faults of this group are compared with each other. */
    String group() {
        boolean nobody = kind == FaultKind.KILL_MAJORITY
                || kind == FaultKind.KILL_ALL
                || kind == FaultKind.TRANSFER
                || kind.followersOnly();
        return kind.id() + (nobody ? "" : leader ? " of the leader" : " of a follower");
    }

    @Override
    public String toString() {
        return "#" + number + " " + group() + " for " + hold.toMillis() + " ms"
                + (awaitRecovery ? "" : ", next after " + pause.toMillis() + " ms");
    }
}
