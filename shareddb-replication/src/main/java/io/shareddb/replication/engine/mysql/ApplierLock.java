package io.shareddb.replication.engine.mysql;

import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.engine.sql.AdminSession;
import java.time.Duration;

/**
 * Taken by whoever stops the applier for a while and will start it again: others leave it alone meanwhile. A lock of the engine that belongs to a
 * session ({@code GET_LOCK}); the end of the session gives it back, too.
 */
final class ApplierLock {
    private static final String NAME = "'shareddb.applier'";

    private ApplierLock() {}

    /**
     * Waits for it.
     *
     * @param limit whole seconds
     * @throws EngineException if another session has it for longer than that
     */
    static void take(AdminSession session, Duration limit) {
        if (!"1".equals(session.value("SELECT GET_LOCK(" + NAME + ", " + limit.toSeconds() + ")"))) {
            throw new EngineException("the engine's applier is held by a copy that is being made (try again later)");
        }
    }

    static void release(AdminSession session) {
        session.execute("DO RELEASE_LOCK(" + NAME + ")");
    }

    /** An applier that does not run will be started again. */
    static boolean isTaken(AdminSession session) {
        return "0".equals(session.value("SELECT IS_FREE_LOCK(" + NAME + ")"));
    }
}
