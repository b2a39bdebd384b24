package io.shareddb.replication.engine.mariadb;

import io.shareddb.replication.engine.EngineAccess;
import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.engine.mariadb.Catalog.TableName;
import io.shareddb.replication.snapshot.SnapshotFrame;
import io.shareddb.replication.snapshot.SnapshotFrame.Statement.Kind;
import io.shareddb.replication.snapshot.SnapshotProgress;
import io.shareddb.replication.snapshot.SnapshotSource;
import io.shareddb.replication.snapshot.SnapshotWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
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
                return new Copy(session, side, writer, progress).run();
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
        private final SnapshotWriter writer;
        private final Consumer<SnapshotProgress> progress;
        private final List<SnapshotFrame> afterRows = new ArrayList<>();
        private long rowsEstimated;
        private long rows;

        Copy(AdminSession session, AdminSession side, SnapshotWriter writer, Consumer<SnapshotProgress> progress) {
            this.session = session;
            this.side = side;
            this.writer = writer;
            this.progress = progress;
        }

        MariaDbPosition run() throws IOException, SchemaMovedException {
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
            List<TableName> tables = Catalog.tables(side);
            if (following) {
                hold(tables);
            }
            rowsEstimated = Long.parseLong(
                    side.value("SELECT CAST(IFNULL(SUM(table_rows),0) AS UNSIGNED) FROM information_schema.tables"
                            + " WHERE table_schema NOT IN " + Catalog.SYSTEM));
            List<SnapshotFrame> definitions = definitions(tables);
            SnapshotFrame.Header header = new SnapshotFrame.Header(
                    "mariadb", session.value("SELECT VERSION()"), position.text(), rowsEstimated);
            writer.write(header);
            for (SnapshotFrame definition : definitions) {
                writer.write(definition);
            }
            for (String name : Catalog.SYSTEM_TABLES) {
                TableName table = new TableName("mysql", name, "BASE TABLE", "Aria");
                copyRows(side, table, " WHERE " + Catalog.condition(name));
            }
            List<TableName> transactional = new ArrayList<>();
            for (TableName table : tables) {
                if (!hasRows(table)) {
                    continue;
                }
                if (table.transactional()) {
                    transactional.add(table);
                } else {
                    copyRows(side, table, "");
                }
            }
            if (!Catalog.fingerprint(side).equals(before)) {
                throw new SchemaMovedException("definitions changed while they were read");
            }
            for (TableName table : transactional) {
                if (following) {
                    copyRows(session, table, "");
                } else {
                    session.execute("SAVEPOINT before_table");
                    copyRows(session, table, "");
                    session.execute("ROLLBACK TO SAVEPOINT before_table"); // lets go of the table
                }
            }
            for (SnapshotFrame frame : afterRows) {
                writer.write(frame);
            }
            session.execute("ROLLBACK");
            writer.write(new SnapshotFrame.End(rows));
            writer.flush();
            report("done");
            return position;
        }

        /** A leader's last transaction is in its binlog, a follower's in its table; the later of them is the position. */
        private MariaDbPosition position() {
            Map<String, @Nullable String> binlog = new java.util.HashMap<>();
            session.rows("SHOW STATUS LIKE 'binlog_snapshot%'")
                    .forEach(row -> binlog.put(
                            AdminSession.text(row, "variable_name").toLowerCase(java.util.Locale.ROOT),
                            row.get("value")));
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

        private void hold(List<TableName> tables) throws SchemaMovedException {
            for (TableName table : tables) {
                if (hasRows(table) && table.transactional()) {
                    query(session, "SELECT 1 FROM " + table.quoted() + " LIMIT 0");
                }
            }
        }

        private static boolean hasRows(TableName table) {
            return table.type().equals("BASE TABLE") || table.type().equals("SYSTEM VERSIONED");
        }

        private List<SnapshotFrame> definitions(List<TableName> tables) throws SchemaMovedException {
            List<SnapshotFrame> all = new ArrayList<>();
            for (String database : Catalog.databases(side)) {
                String sql =
                        AdminSession.text(query("SHOW CREATE DATABASE " + Quoting.name(database)), "create database");
                all.add(plain(Kind.DATABASE, Quoting.name(database), "", sql));
            }
            for (TableName table : tables) {
                if (table.type().equals("SEQUENCE")) {
                    all.add(plain(
                            Kind.SEQUENCE,
                            table.quoted(),
                            table.database(),
                            AdminSession.text(query("SHOW CREATE SEQUENCE " + table.quoted()), "create table")));
                    Map<String, @Nullable String> state =
                            query("SELECT next_not_cached_value, cycle_count FROM " + table.quoted());
                    all.add(plain(
                            Kind.OTHER,
                            "value of " + table.quoted(),
                            table.database(),
                            "DO SETVAL(" + table.quoted() + ", "
                                    + AdminSession.text(state, "next_not_cached_value") + ", 0, "
                                    + AdminSession.text(state, "cycle_count") + ")"));
                }
            }
            for (TableName table : tables) {
                if (hasRows(table)) {
                    all.add(plain(
                            Kind.TABLE,
                            table.quoted(),
                            table.database(),
                            AdminSession.text(query("SHOW CREATE TABLE " + table.quoted()), "create table")));
                } else if (table.type().equals("VIEW")) {
                    Map<String, @Nullable String> view = query("SHOW CREATE VIEW " + table.quoted());
                    afterRows.add(new SnapshotFrame.Statement(
                            Kind.VIEW,
                            table.quoted(),
                            table.database(),
                            "",
                            AdminSession.text(view, "character_set_client"),
                            AdminSession.text(view, "collation_connection"),
                            AdminSession.text(view, "create view")));
                }
            }
            addTriggers();
            return all;
        }

        private void addTriggers() throws SchemaMovedException {
            for (Map<String, @Nullable String> row : session.rows(
                    "SELECT trigger_schema, trigger_name FROM information_schema.triggers WHERE trigger_schema"
                            + " NOT IN " + Catalog.SYSTEM + " ORDER BY event_object_schema, event_object_table,"
                            + " action_timing, event_manipulation, action_order")) {
                String database = AdminSession.text(row, "trigger_schema");
                String name = Quoting.name(database) + "." + Quoting.name(AdminSession.text(row, "trigger_name"));
                Map<String, @Nullable String> trigger = query("SHOW CREATE TRIGGER " + name);
                afterRows.add(new SnapshotFrame.Statement(
                        Kind.TRIGGER,
                        name,
                        database,
                        AdminSession.text(trigger, "sql_mode"),
                        AdminSession.text(trigger, "character_set_client"),
                        AdminSession.text(trigger, "collation_connection"),
                        AdminSession.text(trigger, "sql original statement")));
            }
        }

        private static SnapshotFrame plain(Kind kind, String name, String database, String sql) {
            return new SnapshotFrame.Statement(kind, name, database, "", "", "", sql);
        }

        /** What is listed but gone, or changed since the snapshot, means that the schema moves. */
        private Map<String, @Nullable String> query(String sql) throws SchemaMovedException {
            return query(side, sql);
        }

        private static Map<String, @Nullable String> query(AdminSession by, String sql) throws SchemaMovedException {
            try {
                return by.row(sql).orElse(Map.of());
            } catch (EngineException e) {
                throw moved(e);
            }
        }

        private static SchemaMovedException moved(EngineException e) {
            int error = e.getCause() instanceof SQLException cause ? cause.getErrorCode() : 0;
            if (SCHEMA_MOVED.contains(error)) {
                return new SchemaMovedException(String.valueOf(e.getMessage()));
            }
            throw e;
        }

        private void copyRows(AdminSession by, TableName table, String condition)
                throws IOException, SchemaMovedException {
            report(table.database() + "." + table.name());
            Columns columns = Columns.of(side, table);
            if (columns.names().isEmpty()) {
                return;
            }
            writer.write(
                    new SnapshotFrame.Table(table.database(), table.name(), columns.names(), columns.placeholders()));
            String versions = table.type().equals("SYSTEM VERSIONED") ? " FOR SYSTEM_TIME ALL" : "";
            try (RowBatch batch = new RowBatch(writer)) {
                by.stream(
                        "SELECT " + String.join(", ", columns.expressions()) + " FROM " + table.quoted() + versions
                                + condition,
                        row -> {
                            for (int i = 1; i <= columns.names().size(); i++) {
                                batch.value(row.getBytes(i));
                            }
                            rows++;
                            if (batch.endRow()) {
                                report(table.database() + "." + table.name());
                            }
                        });
            } catch (EngineException e) {
                throw moved(e);
            }
        }

        private void report(String phase) {
            progress.accept(new SnapshotProgress(phase, rows, rowsEstimated, writer.plainBytes()));
        }
    }
}
