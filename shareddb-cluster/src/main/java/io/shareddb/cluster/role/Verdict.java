package io.shareddb.cluster.role;

import io.shareddb.replication.engine.EnginePosition;

/** What to do with an engine whose content is compared with the history. */
sealed interface Verdict {
    /**
     * It holds a part of the history and nothing else.
     *
     * @param from what it holds
     */
    record Follow(EnginePosition from) implements Verdict {}

    /**
     * It holds the whole history, and behind it what it wrote itself as the last that led: if it leads next, that is put into the log,
     * for nobody was told that it was rolled back.
     *
     * @param what it holds, for people
     */
    record Ahead(String what) implements Verdict {}

    /**
     * Its content cannot be completed.
     *
     * @param reason for people
     */
    record Reseed(String reason) implements Verdict {}

    /**
     * This node does not know enough of the history yet.
     *
     * @param reason for people
     */
    record Wait(String reason) implements Verdict {}
}
