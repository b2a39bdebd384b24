package io.shareddb.replication.engine.mysql;

import io.shareddb.replication.engine.EngineAccess;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.engine.sql.AdminSession;
import io.shareddb.replication.engine.sql.Content;
import io.shareddb.replication.engine.sql.CopyWriter;
import io.shareddb.replication.engine.sql.Quoting;
import io.shareddb.replication.engine.sql.TableName;
import io.shareddb.replication.snapshot.SnapshotFrame;
import io.shareddb.replication.snapshot.SnapshotFrame.Statement.Kind;
import io.shareddb.replication.snapshot.SnapshotProgress;
import io.shareddb.replication.snapshot.SnapshotSource;
import io.shareddb.replication.snapshot.SnapshotWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Copies an engine over SQL within one consistent read. A backup lock keeps definitions as they are until the copy is done: changes
 * of rows go on meanwhile, changes of definitions and accounts wait.
 *
 * <p>MySQL does not tell of which position a consistent read is, so for the moment in which it begins nothing may commit: on a
 * follower its applier stops, on a leader a global read lock is taken. That moment lasts as long as tables without transactions
 * need to be copied, if there are any.
 */
final class MySqlSnapshotSource implements SnapshotSource {
    private static final String SETUP = "SET SESSION sql_log_bin=0, sql_mode='', time_zone='+00:00',"
            + " max_execution_time=0, net_write_timeout=3600, sql_quote_show_create=1,"
            + " information_schema_stats_expiry=0, innodb_lock_wait_timeout=3600";
    private static final int LOCK_SECONDS = 30;

    private final EngineAccess access;

    MySqlSnapshotSource(EngineAccess access) {
        this.access = access;
    }

    @Override
    public EnginePosition writeTo(OutputStream out, Consumer<SnapshotProgress> progress) throws IOException {
        try (AdminSession session = AdminSession.open(access.administration());
                AdminSession side = AdminSession.open(access.administration())) {
            session.discardOnClose(); // which also ends the locks
            side.discardOnClose();
            return new Copy(session, side, new CopyWriter(new SnapshotWriter(out), progress)).run();
        }
    }

    /** One copy. */
    private static final class Copy {
        private final AdminSession session; // the consistent read
        private final AdminSession side; // the locks, definitions and tables without transactions
        private final CopyWriter copy;

        Copy(AdminSession session, AdminSession side, CopyWriter copy) {
            this.session = session;
            this.side = side;
            this.copy = copy;
        }

        MySqlPosition run() throws IOException {
            session.execute(SETUP);
            side.execute(SETUP + ", lock_wait_timeout=" + LOCK_SECONDS);
            session.execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ");
            boolean following = session.row("SHOW REPLICA STATUS")
                    .filter(row -> AdminSession.text(row, "replica_sql_running").equals("Yes"))
                    .isPresent();
            MySqlPosition position;
            List<TableName> tables;
            if (following) {
                side.execute("STOP REPLICA SQL_THREAD"); // before the backup lock, for which it may be waiting
            }
            try {
                side.execute("LOCK INSTANCE FOR BACKUP");
                if (!following) {
                    side.execute("FLUSH TABLES WITH READ LOCK");
                }
                session.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT");
                position = MySqlEngine.executed(session);
                tables = Content.tables(side);
                copy.header(new SnapshotFrame.Header(
                        MySqlFamily.NAME,
                        session.value("SELECT VERSION()"),
                        position.text(),
                        Content.estimatedRows(side)));
                writeDefinitions(tables);
                for (TableName table : tables) {
                    if (hasRows(table) && !table.transactional()) {
                        copy.rows(side, table, MySqlColumns.of(side, table), "");
                    }
                }
            } finally {
                if (following) {
                    resume();
                } else {
                    side.execute("UNLOCK TABLES");
                }
            }
            for (String name : MySqlLoadDialect.SYSTEM_TABLES) {
                TableName table = new TableName("mysql", name, "BASE TABLE", "InnoDB");
                copy.rows(session, table, MySqlColumns.of(side, table), " WHERE " + MySqlLoadDialect.ownRows(name));
            }
            for (TableName table : tables) {
                if (hasRows(table) && table.transactional()) {
                    copy.rows(session, table, MySqlColumns.of(side, table), "");
                }
            }
            writeRoutines();
            for (TableName table : tables) {
                if (table.type().equals("VIEW")) {
                    copy.write(List.of(CopyWriter.view(side, table)));
                }
            }
            copy.write(CopyWriter.triggers(side));
            writeEvents();
            session.execute("ROLLBACK");
            side.execute("UNLOCK INSTANCE");
            copy.end();
            return position;
        }

        /** Unless somebody stopped all of replication meanwhile, who then wants it so. */
        private void resume() {
            boolean receives = side.row("SHOW REPLICA STATUS")
                    .filter(row -> !AdminSession.text(row, "replica_io_running").equals("No"))
                    .isPresent();
            if (receives) {
                side.execute("START REPLICA SQL_THREAD");
            }
        }

        private static boolean hasRows(TableName table) {
            return table.type().equals("BASE TABLE");
        }

        private void writeDefinitions(List<TableName> tables) throws IOException {
            List<SnapshotFrame> all = new ArrayList<>();
            for (String database : Content.databases(side)) {
                all.add(CopyWriter.database(side, database));
            }
            for (TableName table : tables) {
                if (hasRows(table)) {
                    all.add(CopyWriter.table(side, table));
                }
            }
            copy.write(all);
        }

        /** Before views, which may use them. */
        private void writeRoutines() throws IOException {
            for (Map<String, @Nullable String> row :
                    side.rows("SELECT routine_schema AS rs, routine_name AS rn, routine_type AS rt FROM"
                            + " information_schema.routines WHERE routine_schema NOT IN " + Content.SYSTEM
                            + " ORDER BY 1, 3, 2")) {
                String type = AdminSession.text(row, "rt");
                String database = AdminSession.text(row, "rs");
                String name = Quoting.name(database) + "." + Quoting.name(AdminSession.text(row, "rn"));
                Map<String, @Nullable String> shown =
                        side.row("SHOW CREATE " + type + " " + name).orElse(Map.of());
                copy.write(List.of(CopyWriter.inContext(
                        Kind.OTHER, name, database, shown, "create " + type.toLowerCase(java.util.Locale.ROOT))));
            }
        }

        /** Their times are of the time zone of the session that made them. */
        private void writeEvents() throws IOException {
            for (Map<String, @Nullable String> row :
                    side.rows("SELECT event_schema AS es, event_name AS en FROM information_schema.events"
                            + " WHERE event_schema NOT IN " + Content.SYSTEM + " ORDER BY 1, 2")) {
                String database = AdminSession.text(row, "es");
                String name = Quoting.name(database) + "." + Quoting.name(AdminSession.text(row, "en"));
                Map<String, @Nullable String> shown =
                        side.row("SHOW CREATE EVENT " + name).orElse(Map.of());
                copy.write(List.of(
                        zone(Quoting.string(AdminSession.text(shown, "time_zone"))),
                        CopyWriter.inContext(Kind.OTHER, name, database, shown, "create event")));
            }
            copy.write(List.of(zone("'+00:00'")));
        }

        private static SnapshotFrame zone(String quoted) {
            return CopyWriter.plain(Kind.OTHER, "time zone of events", "", "SET SESSION time_zone=" + quoted);
        }
    }
}
