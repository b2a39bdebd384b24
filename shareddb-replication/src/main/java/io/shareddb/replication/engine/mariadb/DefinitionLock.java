package io.shareddb.replication.engine.mariadb;

import io.shareddb.replication.engine.EngineAccess;
import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.engine.sql.AdminSession;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes changes of definitions wait, and nothing else: the engine's own lock for backups, on a connection of its own. One thread.
 *
 * @see <a href="https://mariadb.com/kb/en/backup-stage/">BACKUP STAGE</a>
 */
final class DefinitionLock implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DefinitionLock.class);
    private static final int WAIT_SECONDS = 30; // for changes that are under way
    private static final int PAUSE_MILLIS = 50;

    /**
     * A change that is under way holds its table when it comes to wait for this lock, and who wants to look at that table waits, too. Appliers
     * have a text only of statements that change definitions.
     */
    private static final String CHANGES =
            "SELECT 1 FROM information_schema.processlist WHERE state='Waiting for backup lock'"
                    + " OR (user='system user' AND info IS NOT NULL)";

    private final EngineAccess access;
    private @Nullable AdminSession session;

    DefinitionLock(EngineAccess access) {
        this.access = access;
    }

    /** Goes on without it where it cannot be had: somebody takes a backup, or a change under way takes long. */
    void take() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
        while (tryTake()) {
            if (session == null || session.row(CHANGES).isEmpty()) {
                return;
            }
            close();
            if (System.nanoTime() > deadline) {
                log.info("definitions may change while they are copied: a change is under way that takes long");
                return;
            }
            try {
                Thread.sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new EngineException("interrupted while a copy was to begin", e);
            }
        }
    }

    private boolean tryTake() {
        AdminSession opened = AdminSession.open(access.administration());
        opened.discardOnClose();
        session = opened;
        try {
            opened.execute("SET SESSION lock_wait_timeout=" + WAIT_SECONDS);
            opened.execute("BACKUP STAGE START");
            opened.execute("BACKUP STAGE BLOCK_DDL");
            return true;
        } catch (EngineException e) {
            log.info("definitions may change while they are copied: {}", e.getMessage());
            close();
            return false;
        }
    }

    /** Lets them go on; idempotent. The end of the connection is the end of the lock. */
    @Override
    public void close() {
        AdminSession held = session;
        session = null;
        if (held != null) {
            held.close();
        }
    }
}
