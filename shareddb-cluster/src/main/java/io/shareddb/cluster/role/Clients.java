package io.shareddb.cluster.role;

import java.util.concurrent.CompletionStage;

/** The sessions that write to this node's engine, as far as a role must know of them. Thread-safe, does not block. */
public interface Clients {
    /**
     * What sessions are at.
     *
     * @param executing commands that the engine executes for them
     * @param inTransaction other sessions with an open transaction
     */
    record Work(int executing, int inTransaction) {}

    /** How many sessions have committed through this node since the last time this was asked. */
    int writers();

    /**
     * What they are at now. Commands that begin after this call was made know the role of that time; so none slips in between if
     * the role was published before.
     */
    CompletionStage<Work> work();
}
