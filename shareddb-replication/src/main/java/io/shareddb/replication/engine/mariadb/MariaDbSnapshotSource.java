package io.shareddb.replication.engine.mariadb;

import io.shareddb.replication.engine.EngineAccess;
import io.shareddb.replication.engine.EngineException;
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
 * begins again. On a follower, all tables are then held against changes of definition until the copy is done, and its applier
 * waits for that; on a leader they are not, so that nobody waits, and a change restarts the copy.
 */
final class MariaDbSnapshotSource implements SnapshotSource {
    private static final Logger log = LoggerFactory.getLogger(MariaDbSnapshotSource.class);
    private static final int MAX_ATTEMPTS = 20;

    /** Definition changed since the snapshot; no such database, table, trigger; wrong kind of object; unknown sequence. */
    private static final Set<Integer> SCHEMA_MOVED = Set.of(1412, 1049, 1146, 1360, 1347, 4089);

    private final EngineAccess access;

    MariaDbSnapshotSource(EngineAccess access) {
        this.access = access;
    }

    @Override
    public EnginePosition writeTo(OutputStream out, Consumer<SnapshotProgress> progress) throws IOException {
        SnapshotWriter writer = new SnapshotWriter(out);
        for (int attempt = 1; ; attempt++) {
            try (AdminSession session = AdminSession.open(access.administration());
                    AdminSession side = AdminSession.open(access.administration())) {
                session.discardOnClose();
                side.discardOnClose();
                return new Copy(session, side, new CopyWriter(writer, progress)).run();
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
        private final AdminSession session; // the consistent read: nothing but InnoDB's rows, which savepoints want
        private final AdminSession side; // reads all else
        private final CopyWriter copy;
        private final List<SnapshotFrame> afterRows = new ArrayList<>();

        Copy(AdminSession session, AdminSession side, CopyWriter copy) {
            this.session = session;
            this.side = side;
            this.copy = copy;
        }

        /** What is listed but gone, or changed since the snapshot, means that the schema moves. */
        MariaDbPosition run() throws IOException, SchemaMovedException {
            try {
                return tryOnce();
            } catch (EngineException e) {
                int error = e.getCause() instanceof SQLException cause ? cause.getErrorCode() : 0;
                if (SCHEMA_MOVED.contains(error)) {
                    throw new SchemaMovedException(String.valueOf(e.getMessage()));
                }
                throw e;
            }
        }

        private MariaDbPosition tryOnce() throws IOException, SchemaMovedException {
            for (AdminSession each : List.of(session, side)) {
                each.execute(
                        "SET SESSION sql_log_bin=0, sql_mode='', time_zone='+00:00', max_statement_time=0, net_write_timeout=3600,"
                                + " sql_quote_show_create=1, lock_wait_timeout=86400, innodb_lock_wait_timeout=3600");
            }
            session.execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ");
            boolean following = session.row("SHOW SLAVE STATUS")
                    .filter(row -> AdminSession.text(row, "slave_sql_running").equals("Yes"))
                    .isPresent();
            String before = Catalog.fingerprint(side);
            session.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT");
            MariaDbPosition position = position();
            List<TableName> tables = Content.tables(side);
            if (following) {
                hold(tables);
            }
            List<SnapshotFrame> definitions = definitions(tables);
            copy.header(new SnapshotFrame.Header(
                    MariaDbFamily.NAME,
                    session.value("SELECT VERSION()"),
                    position.text(),
                    Content.estimatedRows(side)));
            copy.write(definitions);
            for (String name : Catalog.SYSTEM_TABLES) {
                TableName table = new TableName("mysql", name, "BASE TABLE", "Aria");
                rows(side, table, " WHERE " + Catalog.condition(name));
            }
            List<TableName> transactional = new ArrayList<>();
            for (TableName table : tables) {
                if (!hasRows(table)) {
                    continue;
                }
                if (table.transactional()) {
                    transactional.add(table);
                } else {
                    rows(side, table, "");
                }
            }
            if (!Catalog.fingerprint(side).equals(before)) {
                throw new SchemaMovedException("definitions changed while they were read");
            }
            for (TableName table : transactional) {
                if (following) {
                    rows(session, table, "");
                } else {
                    session.execute("SAVEPOINT before_table");
                    rows(session, table, "");
                    session.execute("ROLLBACK TO SAVEPOINT before_table"); // lets go of the table
                }
            }
            copy.write(afterRows);
            session.execute("ROLLBACK");
            copy.end();
            return position;
        }

        /** A leader's last transaction is in its binlog, a follower's in its table; the later of them is the position. */
        private MariaDbPosition position() {
            Map<String, @Nullable String> binlog = new HashMap<>();
            session.rows("SHOW STATUS LIKE 'binlog_snapshot%'")
                    .forEach(row -> binlog.put(
                            AdminSession.text(row, "variable_name").toLowerCase(Locale.ROOT), row.get("value")));
            MariaDbPosition own = MariaDbPosition.EMPTY;
            String file = AdminSession.text(binlog, "binlog_snapshot_file");
            if (!file.isEmpty()) {
                own = MariaDbPosition.parse(session.value("SELECT IFNULL(BINLOG_GTID_POS(" + Quoting.string(file) + ","
                        + AdminSession.text(binlog, "binlog_snapshot_position") + "),'')"));
            }
            MariaDbPosition applied = session.row("SELECT domain_id, server_id, seq_no FROM mysql.gtid_slave_pos"
                            + " ORDER BY sub_id DESC LIMIT 1")
                    .map(row -> MariaDbPosition.parse(AdminSession.text(row, "domain_id") + "-"
                            + AdminSession.text(row, "server_id") + "-" + AdminSession.text(row, "seq_no")))
                    .orElse(MariaDbPosition.EMPTY);
            return own.last().isPresent() && !applied.contains(own.last().get()) ? own : applied;
        }

        private void hold(List<TableName> tables) {
            for (TableName table : tables) {
                if (hasRows(table) && table.transactional()) {
                    session.rows("SELECT 1 FROM " + table.quoted() + " LIMIT 0");
                }
            }
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

        private void rows(AdminSession by, TableName table, String condition) throws IOException {
            String versions = table.type().equals("SYSTEM VERSIONED") ? " FOR SYSTEM_TIME ALL" : "";
            copy.rows(by, table, MariaDbColumns.of(side, table), versions + condition);
        }
    }
}
