package io.shareddb.replication.engine.sql;

import io.shareddb.replication.engine.bulk.BulkConnection;
import io.shareddb.replication.snapshot.ProgressMeter;
import io.shareddb.replication.snapshot.SnapshotFrame;
import io.shareddb.replication.snapshot.SnapshotFrame.Statement.Kind;
import io.shareddb.replication.snapshot.SnapshotProgress;
import io.shareddb.replication.snapshot.SnapshotWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The parts of a copy that all families write alike. One attempt; one thread, which may have rows read by others. */
public final class CopyWriter {
    private final SnapshotWriter writer;
    private final Consumer<SnapshotProgress> progress;
    private final ProgressMeter meter = new ProgressMeter();
    private final AtomicInteger tables = new AtomicInteger();

    public CopyWriter(SnapshotWriter writer, Consumer<SnapshotProgress> progress) {
        this.writer = writer;
        this.progress = progress;
    }

    /** First. */
    public void header(SnapshotFrame.Header header) throws IOException {
        meter.begin(header.bytesEstimated());
        writer.write(header);
    }

    public void write(List<SnapshotFrame> frames) throws IOException {
        for (SnapshotFrame frame : frames) {
            writer.write(frame);
        }
    }

    /** Last. */
    public void end() throws IOException {
        writer.write(new SnapshotFrame.End(meter.rows()));
        writer.flush();
        report("done");
    }

    /** Rows of a table; thread-safe. */
    public void rows(BulkConnection by, TableCopy copied) throws IOException {
        Columns columns = copied.columns();
        if (columns.names().isEmpty()) {
            return;
        }
        TableName table = copied.table();
        String name = table.database() + "." + table.name();
        int id = tables.incrementAndGet();
        writer.write(new SnapshotFrame.Table(
                id, table.database(), table.name(), copied.size(), columns.names(), columns.loads()));
        meter.table(id, copied.size());
        RowPieces pieces = new RowPieces(writer, id, meter, () -> report(name));
        by.read(copied.query(), pieces);
        pieces.end();
    }

    private synchronized void report(String phase) {
        progress.accept(new SnapshotProgress(phase, meter.percent(), meter.rows(), writer.plainBytes()));
    }

    /** A statement that nothing of the session matters to. */
    public static SnapshotFrame plain(Kind kind, String name, String database, String sql) {
        return new SnapshotFrame.Statement(kind, name, database, "", "", "", sql);
    }

    /** {@code CREATE DATABASE}. */
    public static SnapshotFrame database(AdminSession session, String database) {
        Map<String, @Nullable String> row = one(session, "SHOW CREATE DATABASE " + Quoting.name(database));
        return plain(Kind.DATABASE, Quoting.name(database), "", AdminSession.text(row, "create database"));
    }

    /** {@code CREATE TABLE}. */
    public static SnapshotFrame table(AdminSession session, TableName table) {
        Map<String, @Nullable String> row = one(session, "SHOW CREATE TABLE " + table.quoted());
        return plain(Kind.TABLE, table.quoted(), table.database(), AdminSession.text(row, "create table"));
    }

    /** {@code CREATE VIEW}. */
    public static SnapshotFrame view(AdminSession session, TableName view) {
        Map<String, @Nullable String> row = one(session, "SHOW CREATE VIEW " + view.quoted());
        return new SnapshotFrame.Statement(
                Kind.VIEW,
                view.quoted(),
                view.database(),
                "",
                AdminSession.text(row, "character_set_client"),
                AdminSession.text(row, "collation_connection"),
                AdminSession.text(row, "create view"));
    }

    /** {@code CREATE TRIGGER} for each, in the order in which they fire. */
    public static List<SnapshotFrame> triggers(AdminSession session) {
        List<SnapshotFrame> all = new ArrayList<>();
        for (Map<String, @Nullable String> row : session.rows(
                "SELECT trigger_schema AS ts, trigger_name AS tn FROM information_schema.triggers WHERE trigger_schema"
                        + " NOT IN " + Content.SYSTEM + " ORDER BY event_object_schema, event_object_table,"
                        + " action_timing, event_manipulation, action_order")) {
            String database = AdminSession.text(row, "ts");
            String name = Quoting.name(database) + "." + Quoting.name(AdminSession.text(row, "tn"));
            Map<String, @Nullable String> trigger = one(session, "SHOW CREATE TRIGGER " + name);
            all.add(inContext(Kind.TRIGGER, name, database, trigger, "sql original statement"));
        }
        return all;
    }

    /**
     * A definition that remembers the session which made it.
     *
     * @param column the one of {@code shown} that holds the statement
     */
    public static SnapshotFrame inContext(
            Kind kind, String name, String database, Map<String, @Nullable String> shown, String column) {
        return new SnapshotFrame.Statement(
                kind,
                name,
                database,
                AdminSession.text(shown, "sql_mode"),
                AdminSession.text(shown, "character_set_client"),
                AdminSession.text(shown, "collation_connection"),
                AdminSession.text(shown, column));
    }

    private static Map<String, @Nullable String> one(AdminSession session, String sql) {
        return session.row(sql).orElse(Map.of());
    }
}
