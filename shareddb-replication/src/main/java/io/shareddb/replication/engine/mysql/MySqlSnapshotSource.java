package io.shareddb.replication.engine.mysql;

import io.shareddb.replication.engine.EngineAccess;
import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.engine.bulk.BulkConnection;
import io.shareddb.replication.engine.sql.AdminSession;
import io.shareddb.replication.engine.sql.Content;
import io.shareddb.replication.engine.sql.CopyWriter;
import io.shareddb.replication.engine.sql.Quoting;
import io.shareddb.replication.engine.sql.RowReaders;
import io.shareddb.replication.engine.sql.TableCopy;
import io.shareddb.replication.engine.sql.TableName;
import io.shareddb.replication.snapshot.SnapshotFrame;
import io.shareddb.replication.snapshot.SnapshotFrame.Statement.Kind;
import io.shareddb.replication.snapshot.SnapshotProgress;
import io.shareddb.replication.snapshot.SnapshotSource;
import io.shareddb.replication.snapshot.SnapshotWriter;
import io.shareddb.replication.snapshot.TableSize;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
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
    private static final List<String> READER_SETUP =
            List.of(SETUP, "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ");
    private static final int LOCK_SECONDS = 30;
    private static final Duration APPLIER_LOCK = Duration.ofSeconds(LOCK_SECONDS);
    private static final int READERS = 4;

    private final EngineAccess access;

    MySqlSnapshotSource(EngineAccess access) {
        this.access = access;
    }

    @Override
    public EnginePosition writeTo(OutputStream out, Consumer<SnapshotProgress> progress) throws IOException {
        try (RowReaders readers = RowReaders.open(access, READERS, READER_SETUP);
                BulkConnection plain = RowReaders.connect(access, READER_SETUP);
                AdminSession side = AdminSession.open(access.administration())) {
            side.discardOnClose(); // which also ends the locks
            return new Copy(readers, plain, side, new CopyWriter(new SnapshotWriter(out), progress)).run();
        }
    }

    /** One copy. */
    private static final class Copy {
        private final RowReaders readers; // the consistent read
        private final BulkConnection plain; // reads the rows of tables that take no part in it
        private final AdminSession side; // the locks and definitions
        private final CopyWriter copy;
        private Map<String, TableSize> sizes = Map.of();

        Copy(RowReaders readers, BulkConnection plain, AdminSession side, CopyWriter copy) {
            this.readers = readers;
            this.plain = plain;
            this.side = side;
            this.copy = copy;
        }

        MySqlPosition run() throws IOException {
            side.execute(SETUP + ", lock_wait_timeout=" + LOCK_SECONDS);
            ApplierLock.take(side, APPLIER_LOCK);
            boolean following = side.row("SHOW REPLICA STATUS")
                    .filter(row -> AdminSession.text(row, "replica_sql_running").equals("Yes"))
                    .isPresent();
            MySqlPosition position;
            List<TableName> tables;
            if (following) {
                stopApplier(); // before the backup lock, for which it may be waiting
            }
            try {
                side.execute("LOCK INSTANCE FOR BACKUP");
                if (!following) {
                    side.execute("FLUSH TABLES WITH READ LOCK");
                }
                readers.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT");
                position = MySqlEngine.executed(side);
                tables = Content.tables(side);
                sizes = Content.sizes(side);
                copy.header(new SnapshotFrame.Header(
                        MySqlFamily.NAME, side.value("SELECT VERSION()"), position.text(), Content.bytes(sizes)));
                writeDefinitions(tables);
                for (TableName table : tables) {
                    if (hasRows(table) && !table.transactional()) {
                        copy.rows(plain, copyOf(table, ""));
                    }
                }
            } finally {
                if (following) {
                    resume();
                } else {
                    side.execute("UNLOCK TABLES");
                }
                ApplierLock.release(side);
            }
            copy.write(MySqlAccounts.accounts(side));
            TableName history = new TableName("mysql", MySqlLoadDialect.PASSWORD_HISTORY, "BASE TABLE", "InnoDB");
            copy.rows(plain, copyOf(history, " WHERE " + MySqlAccounts.CLIENTS));
            writeServers();
            readers.read(
                    tables.stream()
                            .filter(table -> hasRows(table) && table.transactional())
                            .map(table -> copyOf(table, ""))
                            .toList(),
                    copy::rows);
            writeRoutines();
            GrantedTables dropped = GrantedTables.of(side);
            copy.write(dropped.make());
            copy.write(MySqlAccounts.grants(side));
            for (TableName table : tables) {
                if (table.type().equals("VIEW")) {
                    copy.write(List.of(CopyWriter.view(side, table)));
                }
            }
            copy.write(dropped.drop());
            copy.write(CopyWriter.triggers(side));
            writeEvents();
            side.execute("UNLOCK INSTANCE");
            copy.end();
            return position;
        }

        /**
         * Where tables without transactions exist, only after it has applied all that it received: such a table's change is made
         * before its turn to commit comes, and a stop in between leaves it made but not counted.
         */
        private void stopApplier() {
            boolean drain = Content.tables(side).stream().anyMatch(table -> hasRows(table) && !table.transactional());
            if (!drain) {
                side.execute("STOP REPLICA SQL_THREAD");
                return;
            }
            side.execute("STOP REPLICA IO_THREAD");
            try {
                String received = side.row("SHOW REPLICA STATUS")
                        .map(row -> AdminSession.text(row, "retrieved_gtid_set"))
                        .orElse("");
                if (!side.value("SELECT WAIT_FOR_EXECUTED_GTID_SET(" + Quoting.string(received) + ", " + LOCK_SECONDS
                                + ")")
                        .equals("0")) {
                    throw new EngineException("cannot copy the engine: in " + LOCK_SECONDS
                            + "s it did not apply what it had received (expected: a follower that keeps up)");
                }
                side.execute("STOP REPLICA SQL_THREAD");
            } finally {
                side.execute("START REPLICA IO_THREAD");
            }
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

        private TableCopy copyOf(TableName table, String condition) {
            return new TableCopy(
                    table,
                    sizes.getOrDefault(table.quoted(), TableSize.UNKNOWN),
                    MySqlColumns.of(side, table),
                    condition);
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

        /** Servers of the engine FEDERATED, which cannot be shown. */
        private void writeServers() throws IOException {
            for (Map<String, @Nullable String> row : side.rows("SELECT Server_name AS name, Wrapper AS wrapper,"
                    + " Host AS host, Db AS `database`, Username AS user, Password AS password, Socket AS socket,"
                    + " Owner AS owner, Port AS port FROM mysql.servers")) {
                List<String> options = new ArrayList<>();
                for (String option : List.of("host", "database", "user", "password", "socket", "owner")) {
                    options.add(option + " " + Quoting.string(AdminSession.text(row, option)));
                }
                options.add("port " + AdminSession.text(row, "port"));
                String name = Quoting.name(AdminSession.text(row, "name"));
                copy.write(List.of(CopyWriter.plain(
                        Kind.OTHER,
                        "server " + name,
                        "",
                        "CREATE SERVER " + name + " FOREIGN DATA WRAPPER "
                                + Quoting.name(AdminSession.text(row, "wrapper")) + " OPTIONS ("
                                + String.join(", ", options) + ")")));
            }
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
