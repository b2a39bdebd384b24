package io.shareddb.replication.engine.mariadb;

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
import java.sql.SQLException;
import java.util.ArrayList;
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
 * Copies an engine over SQL within one consistent read. Rows of InnoDB tables and the position are of one instant. For
 * definitions and other tables that instant is proved afterwards: nothing of them has changed since before it, else the copy
 * begins again. On a follower, changes of definitions wait until the copy is done, and its applier with them. On a leader nobody
 * waits at first; where definitions change all the time the copy would never end, so from the third attempt on they wait there, too.
 */
final class MariaDbSnapshotSource implements SnapshotSource {
    private static final Logger log = LoggerFactory.getLogger(MariaDbSnapshotSource.class);
    private static final int MAX_ATTEMPTS = 20;
    private static final int FREE_ATTEMPTS = 2; // on a leader, in which nobody waits
    private static final int READERS = 4;
    private static final List<String> SETUP = List.of(
            "SET SESSION sql_log_bin=0, sql_mode='', time_zone='+00:00', max_statement_time=0, net_write_timeout=3600,"
                    + " sql_quote_show_create=1, lock_wait_timeout=30, innodb_lock_wait_timeout=3600",
            "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ");

    /** Nobody may wait for long: without the lock, fewer connections read side by side. */
    private static final String LOCK =
            "SET STATEMENT max_statement_time=2, lock_wait_timeout=2 FOR FLUSH TABLES WITH READ LOCK";

    /** Definition changed since the snapshot, or changes now; no such database, table, trigger; wrong kind of object; unknown sequence. */
    private static final Set<Integer> SCHEMA_MOVED = Set.of(1412, 1205, 1049, 1146, 1360, 1347, 4089);

    private final EngineAccess access;

    MariaDbSnapshotSource(EngineAccess access) {
        this.access = access;
    }

    @Override
    public EnginePosition writeTo(OutputStream out, Consumer<SnapshotProgress> progress) throws IOException {
        SnapshotWriter writer = new SnapshotWriter(out);
        for (int attempt = 1; ; attempt++) {
            try (RowReaders readers = RowReaders.open(access, READERS, SETUP);
                    BulkConnection plain = RowReaders.connect(access, SETUP);
                    AdminSession side = AdminSession.open(access.administration());
                    DefinitionLock lock = new DefinitionLock(access)) {
                side.discardOnClose();
                SETUP.forEach(side::execute);
                boolean following = side.row("SHOW SLAVE STATUS")
                        .filter(row ->
                                AdminSession.text(row, "slave_sql_running").equals("Yes"))
                        .isPresent();
                if (following || attempt > FREE_ATTEMPTS) {
                    lock.take();
                }
                return new Copy(readers, plain, side, new CopyWriter(writer, progress)).run(following);
            } catch (SchemaMovedException e) {
                if (attempt == MAX_ATTEMPTS) {
                    throw new EngineException(
                            "cannot copy the engine: its schema changed during each of " + attempt + " attempts, last: "
                                    + e.getMessage(),
                            e);
                }
                log.info("copy begins again: attempt={} reason={}", attempt, e.getMessage());
                writer.write(new SnapshotFrame.Restart(String.valueOf(e.getMessage())));
            }
        }
    }

    private static final class SchemaMovedException extends Exception {
        private static final long serialVersionUID = 1;

        SchemaMovedException(String message) {
            super(message);
        }
    }

    /** One attempt. */
    private static final class Copy {
        private final RowReaders readers; // the consistent read: nothing but InnoDB's rows, which savepoints want
        private final BulkConnection plain; // reads the rows of other tables
        private final AdminSession side; // reads all else
        private final CopyWriter copy;
        private final List<SnapshotFrame> afterRows = new ArrayList<>();
        private Map<String, TableSize> sizes = Map.of();

        Copy(RowReaders readers, BulkConnection plain, AdminSession side, CopyWriter copy) {
            this.readers = readers;
            this.plain = plain;
            this.side = side;
            this.copy = copy;
        }

        /** What is listed but gone, or changed since the snapshot, means that the schema moves. */
        MariaDbPosition run(boolean following) throws IOException, SchemaMovedException {
            try {
                return tryOnce(following);
            } catch (EngineException e) {
                int error = e.getCause() instanceof SQLException cause ? cause.getErrorCode() : 0;
                if (SCHEMA_MOVED.contains(error)) {
                    throw new SchemaMovedException(String.valueOf(e.getMessage()));
                }
                throw e;
            }
        }

        private MariaDbPosition tryOnce(boolean following) throws IOException, SchemaMovedException {
            String before = Catalog.fingerprint(side);
            MariaDbPosition position = begin(following);
            List<TableName> tables = Content.tables(side);
            sizes = Content.sizes(side);
            List<SnapshotFrame> definitions = definitions(tables);
            copy.header(new SnapshotFrame.Header(
                    MariaDbFamily.NAME, side.value("SELECT VERSION()"), position.text(), Content.bytes(sizes)));
            copy.write(definitions);
            for (String name : Catalog.SYSTEM_TABLES) {
                TableName table = new TableName("mysql", name, "BASE TABLE", "Aria");
                copy.rows(plain, copyOf(table, " WHERE " + Catalog.condition(name)));
            }
            List<TableCopy> transactional = new ArrayList<>();
            for (TableName table : tables) {
                if (!hasRows(table)) {
                    continue;
                }
                if (table.transactional()) {
                    transactional.add(copyOf(table, ""));
                } else {
                    copy.rows(plain, copyOf(table, ""));
                }
            }
            if (!Catalog.fingerprint(side).equals(before)) {
                throw new SchemaMovedException("definitions changed while they were read");
            }
            readers.read(transactional, this::rows);
            copy.write(afterRows);
            copy.end();
            return position;
        }

        /**
         * Begins the consistent read on all connections. A follower's applier waits for that moment, so that they agree; on a leader nobody
         * waits, and those go on that happened to see the same transaction last.
         */
        private MariaDbPosition begin(boolean following) throws IOException {
            boolean locked = following && lock();
            try {
                readers.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT");
            } finally {
                if (locked) {
                    side.execute("UNLOCK TABLES");
                }
            }
            MariaDbPosition position = readers.agree(Copy::position);
            log.info("copy begins: position={} readers={}", position.text(), readers.count());
            return position;
        }

        private boolean lock() {
            try {
                side.executeRaw(LOCK);
                return true;
            } catch (SQLException e) {
                log.info("the applier is busy, so the copy is read by fewer connections: {}", e.getMessage());
                return false;
            }
        }

        private void rows(BulkConnection by, TableCopy table) throws IOException {
            by.execute("SAVEPOINT before_table");
            copy.rows(by, table);
            by.execute("ROLLBACK TO SAVEPOINT before_table"); // lets go of the table
        }

        /** A leader's last transaction is in its binlog, a follower's in its table; the later of them is the position. */
        private static MariaDbPosition position(BulkConnection reader) throws IOException {
            Map<String, String> binlog = new HashMap<>();
            for (List<@Nullable String> row : reader.rows("SHOW STATUS LIKE 'binlog_snapshot%'")) {
                binlog.put(String.valueOf(row.get(0)).toLowerCase(Locale.ROOT), String.valueOf(row.get(1)));
            }
            MariaDbPosition own = MariaDbPosition.EMPTY;
            String file = binlog.getOrDefault("binlog_snapshot_file", "");
            if (!file.isEmpty()) {
                String known = reader.rows("SELECT IFNULL(BINLOG_GTID_POS(" + Quoting.string(file) + ","
                                + binlog.get("binlog_snapshot_position") + "),'')")
                        .get(0)
                        .get(0);
                own = MariaDbPosition.parse(String.valueOf(known));
            }
            MariaDbPosition applied = MariaDbPosition.EMPTY;
            for (List<@Nullable String> row : reader.rows(
                    "SELECT domain_id, server_id, seq_no FROM mysql.gtid_slave_pos ORDER BY sub_id DESC LIMIT 1")) {
                applied = MariaDbPosition.parse(row.get(0) + "-" + row.get(1) + "-" + row.get(2));
            }
            return own.last().isPresent() && !applied.contains(own.last().get()) ? own : applied;
        }

        private static boolean hasRows(TableName table) {
            return table.type().equals("BASE TABLE") || table.type().equals("SYSTEM VERSIONED");
        }

        private List<SnapshotFrame> definitions(List<TableName> tables) {
            List<SnapshotFrame> all = new ArrayList<>();
            for (String database : Content.databases(side)) {
                all.add(CopyWriter.database(side, database));
            }
            for (TableName table : tables) {
                if (table.type().equals("SEQUENCE")) {
                    addSequence(table, all);
                }
            }
            for (TableName table : tables) {
                if (hasRows(table)) {
                    all.add(CopyWriter.table(side, table));
                } else if (table.type().equals("VIEW")) {
                    afterRows.add(CopyWriter.view(side, table));
                }
            }
            afterRows.addAll(CopyWriter.triggers(side));
            return all;
        }

        private void addSequence(TableName sequence, List<SnapshotFrame> all) {
            String name = sequence.quoted();
            Map<String, @Nullable String> shown =
                    side.row("SHOW CREATE SEQUENCE " + name).orElse(Map.of());
            all.add(CopyWriter.plain(
                    Kind.SEQUENCE, name, sequence.database(), AdminSession.text(shown, "create table")));
            Map<String, @Nullable String> state = side.row("SELECT next_not_cached_value, cycle_count FROM " + name)
                    .orElse(Map.of());
            all.add(CopyWriter.plain(
                    Kind.OTHER,
                    "value of " + name,
                    sequence.database(),
                    "DO SETVAL(" + name + ", " + AdminSession.text(state, "next_not_cached_value") + ", 0, "
                            + AdminSession.text(state, "cycle_count") + ")"));
        }

        private TableCopy copyOf(TableName table, String condition) {
            String versions = table.type().equals("SYSTEM VERSIONED") ? " FOR SYSTEM_TIME ALL" : "";
            return new TableCopy(
                    table,
                    sizes.getOrDefault(table.quoted(), TableSize.UNKNOWN),
                    MariaDbColumns.of(side, table),
                    versions + condition);
        }
    }
}
