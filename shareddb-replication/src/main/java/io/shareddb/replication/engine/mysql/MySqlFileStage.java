package io.shareddb.replication.engine.mysql;

import io.shareddb.replication.engine.EngineAccess;
import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.engine.FileStage;
import io.shareddb.replication.engine.sql.AdminSession;
import io.shareddb.replication.engine.sql.Content;
import io.shareddb.replication.engine.sql.Quoting;
import io.shareddb.replication.engine.sql.TableName;
import io.shareddb.replication.folder.FolderCopy;
import io.shareddb.replication.snapshot.SnapshotProgress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the engine copy itself ({@code CLONE LOCAL}): nobody waits, and the copy holds its GTIDs. It leaves out what is not in InnoDB.
 *
 * @see <a href="https://dev.mysql.com/doc/refman/8.4/en/clone-plugin-local.html">Cloning data locally</a>
 */
final class MySqlFileStage implements FileStage {
    private static final Logger log = LoggerFactory.getLogger(MySqlFileStage.class);
    private static final int POLL_MILLIS = 200;

    @Override
    public void check(EngineAccess access) {
        try (AdminSession session = AdminSession.open(access.administration())) {
            check(session);
        }
    }

    private static void check(AdminSession session) {
        boolean following = session.row("SHOW REPLICA STATUS")
                .filter(row -> AdminSession.text(row, "replica_sql_running").equals("Yes"))
                .isPresent();
        if (!following) {
            throw new EngineException("files are copied of an engine that follows, and this one does not");
        }
        if (session.row("SELECT 1 FROM information_schema.plugins WHERE plugin_name='clone' AND plugin_status='ACTIVE'")
                .isEmpty()) {
            throw new EngineException("the engine's plugin 'clone' is not loaded");
        }
        for (TableName table : Content.tables(session)) {
            if (table.type().equals("BASE TABLE") && !table.transactional()) {
                throw new EngineException(table.quoted() + " is not in InnoDB, so it would be left out");
            }
        }
    }

    @Override
    public EnginePosition copy(EngineAccess access, Path data, Path target, Consumer<SnapshotProgress> progress)
            throws IOException {
        long all = FolderCopy.bytes(data);
        try (AdminSession session = AdminSession.open(access.administration())) {
            check(session);
            MySqlPosition position = MySqlEngine.executed(session);
            clone(
                    access,
                    target,
                    done -> progress.accept(
                            new SnapshotProgress("cloning", Math.min(99, 100.0 * done / Math.max(1, all)), 0, done)));
            check(session); // of what was made meanwhile
            log.info("engine cloned: position={} or later", position.text());
            return position;
        }
    }

    /** Told how many bytes are there. */
    @FunctionalInterface
    private interface Watch {
        void at(long bytes);
    }

    private static void clone(EngineAccess access, Path target, Watch watch) throws IOException {
        AdminSession cloner = AdminSession.open(access.administration());
        cloner.discardOnClose();
        FutureTask<Boolean> cloning = new FutureTask<>(() -> {
            cloner.execute("CLONE LOCAL DATA DIRECTORY = " + Quoting.string(target.toString()));
            return true;
        });
        Thread thread = new Thread(cloning, "engine-clone");
        thread.setDaemon(true);
        thread.start();
        try {
            while (!ended(cloning)) {
                watch.at(FolderCopy.bytes(target));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineException("interrupted while the engine cloned itself", e);
        } finally {
            cloner.close(); // which ends the statement, too
        }
    }

    private static boolean ended(FutureTask<Boolean> cloning) throws InterruptedException {
        try {
            return cloning.get(POLL_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new EngineException("the engine cannot clone itself: " + e.getMessage(), e);
        }
    }
}
