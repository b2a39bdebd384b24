package io.shareddb.replication.engine.mariadb;

import io.shareddb.replication.engine.EngineAccess;
import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.engine.FileStage;
import io.shareddb.replication.engine.sql.AdminSession;
import io.shareddb.replication.folder.FolderCopy;
import io.shareddb.replication.folder.Folders;
import io.shareddb.replication.snapshot.SnapshotProgress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies the files of a follower while they stand still. InnoDB writes its files whenever it likes, but not without a reason: when nothing
 * is committed ({@code BACKUP STAGE BLOCK_COMMIT}, which readers do not notice), every changed page has been written, and what was deleted is purged,
 * then its log sequence number stays as it is. If it is the same after copying as it was before, no page has changed between, and the files are
 * of one instant. Else they are copied again.
 *
 * @see <a href="https://mariadb.com/kb/en/backup-stage/">BACKUP STAGE</a>
 */
final class MariaDbFileStage implements FileStage {
    private static final Logger log = LoggerFactory.getLogger(MariaDbFileStage.class);
    private static final int LOCK_SECONDS =
            5; // a change of definitions that takes longer: rows can be copied beside it
    private static final int MAX_ATTEMPTS = 3;
    private static final Duration PREPARATION = Duration.ofSeconds(20); // in which the applier works
    private static final Duration REST_LIMIT = Duration.ofSeconds(60); // in which it waits
    private static final int POLL_MILLIS = 100;
    private static final int POLLS_AT_REST = 5;
    private static final int FEW_PAGES = 256;

    /** Of this engine alone, beside its binlog and relay log. */
    private static final Set<String> OWN =
            Set.of("master.info", "multi-master.info", "relay-log.info", "tc.log", "engine.pid", "ibtmp1");

    @Override
    public void check(EngineAccess access) {
        try (AdminSession session = AdminSession.open(access.administration())) {
            boolean following = session.row("SHOW SLAVE STATUS")
                    .filter(row -> AdminSession.text(row, "slave_sql_running").equals("Yes"))
                    .isPresent();
            if (!following) {
                throw new EngineException("files are copied of an engine that follows, and this one does not");
            }
        }
    }

    @Override
    public EnginePosition copy(EngineAccess access, Path data, Path target, Consumer<SnapshotProgress> progress)
            throws IOException {
        check(access);
        try (AdminSession session = AdminSession.open(access.administration());
                WrittenPages pages = new WrittenPages(session)) {
            session.discardOnClose(); // the end of the connection is the end of the lock
            pages.writeAll();
            awaitFewPages(session, progress);
            session.execute("SET SESSION lock_wait_timeout=" + LOCK_SECONDS);
            session.execute("BACKUP STAGE START");
            session.execute("BACKUP STAGE BLOCK_COMMIT");
            FolderCopy copy = new FolderCopy(data, filter(session));
            for (int attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
                String rest = awaitRest(session, progress);
                MariaDbPosition position = MariaDbPosition.parse(session.value("SELECT @@GLOBAL.gtid_slave_pos"));
                copy.to(
                        target,
                        (done, all) -> progress.accept(
                                new SnapshotProgress("copying files", 100.0 * done / Math.max(1, all), 0, done)));
                String afterwards = Status.of(session).lsn();
                if (afterwards.equals(rest)) {
                    log.info("files copied: position={} lsn={} attempt={}", position.text(), rest, attempt);
                    return position;
                }
                log.info("files changed while they were copied: lsn={} before={}", afterwards, rest);
                Folders.delete(target);
            }
        }
        throw new EngineException("the engine's files changed during each of " + MAX_ATTEMPTS + " copies");
    }

    private static FolderCopy.Filter filter(AdminSession session) {
        List<String> logs = List.of(
                fileName(session.value("SELECT @@GLOBAL.log_bin_basename")) + ".",
                fileName(session.value("SELECT @@GLOBAL.relay_log_basename")) + ".");
        return file -> {
            String name = file.toString();
            if (name.endsWith(".isl")) {
                throw new IOException("the table of " + name + " lies outside of the data directory");
            }
            return !OWN.contains(name) && logs.stream().noneMatch(name::startsWith);
        };
    }

    private static String fileName(String path) {
        return String.valueOf(Path.of(path).getFileName());
    }

    /** The applier goes on meanwhile, so that it has less to wait for afterwards. */
    private static void awaitFewPages(AdminSession session, Consumer<SnapshotProgress> progress) {
        long deadline = System.nanoTime() + PREPARATION.toNanos();
        while (Status.of(session).changedPages() > FEW_PAGES && System.nanoTime() < deadline) {
            pause(progress);
        }
    }

    /** @return the log sequence number, which did not change for some time */
    private static String awaitRest(AdminSession session, Consumer<SnapshotProgress> progress) {
        long deadline = System.nanoTime() + REST_LIMIT.toNanos();
        Status last = Status.of(session);
        for (int same = 0; same < POLLS_AT_REST; ) {
            pause(progress);
            Status now = Status.of(session);
            same = now.changedPages() == 0 && now.equals(last) ? same + 1 : 0;
            last = now;
            if (System.nanoTime() > deadline) {
                throw new EngineException("the engine's files do not come to rest: " + now.changedPages()
                        + " pages to be written after " + REST_LIMIT.toSeconds() + "s");
            }
        }
        return last.lsn();
    }

    private static void pause(Consumer<SnapshotProgress> progress) {
        progress.accept(new SnapshotProgress("waiting for the engine's files to come to rest", 0, 0, 0));
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineException("interrupted while the engine's files were to be copied", e);
        }
    }

    /**
     * What InnoDB says of itself.
     *
     * @param lsn log sequence number
     * @param changedPages that are not written yet
     */
    private record Status(String lsn, long changedPages) {
        static Status of(AdminSession session) {
            Map<String, String> all = new HashMap<>();
            for (Map<String, @Nullable String> row : session.rows("SHOW GLOBAL STATUS WHERE Variable_name IN"
                    + " ('Innodb_lsn_current','Innodb_buffer_pool_pages_dirty')")) {
                all.put(
                        AdminSession.text(row, "variable_name").toLowerCase(Locale.ROOT),
                        AdminSession.text(row, "value"));
            }
            return new Status(
                    all.getOrDefault("innodb_lsn_current", ""),
                    Long.parseLong(all.getOrDefault("innodb_buffer_pool_pages_dirty", "1")));
        }
    }

    /** Makes InnoDB write every changed page as soon as it can, until closed. */
    private static final class WrittenPages implements AutoCloseable {
        private final AdminSession session;
        private final String limit;
        private final String lowLimit;

        WrittenPages(AdminSession session) {
            this.session = session;
            limit = session.value("SELECT @@GLOBAL.innodb_max_dirty_pages_pct");
            lowLimit = session.value("SELECT @@GLOBAL.innodb_max_dirty_pages_pct_lwm");
        }

        void writeAll() {
            session.execute("SET GLOBAL innodb_max_dirty_pages_pct_lwm=0");
            session.execute("SET GLOBAL innodb_max_dirty_pages_pct=0");
        }

        @Override
        public void close() {
            try {
                session.execute("SET GLOBAL innodb_max_dirty_pages_pct=" + limit);
                session.execute("SET GLOBAL innodb_max_dirty_pages_pct_lwm=" + lowLimit);
            } catch (EngineException e) { // it ended: it begins anew with its own values
                log.debug("the engine's limit of changed pages stays as it is: {}", e.toString());
            }
        }
    }
}
