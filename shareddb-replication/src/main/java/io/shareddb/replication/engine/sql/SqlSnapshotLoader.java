package io.shareddb.replication.engine.sql;

import io.shareddb.replication.engine.EngineAccess;
import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.snapshot.ProgressMeter;
import io.shareddb.replication.snapshot.SnapshotFormatException;
import io.shareddb.replication.snapshot.SnapshotFrame;
import io.shareddb.replication.snapshot.SnapshotLoader;
import io.shareddb.replication.snapshot.SnapshotProgress;
import io.shareddb.replication.snapshot.SnapshotReader;
import java.io.IOException;
import java.io.InputStream;
import java.sql.SQLException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes an engine what a snapshot says: everything that is there goes first, nothing enters the binlog, which is empty
 * afterwards. One load at a time. A marker table stands from before the first change until after the last: {@link LoadMarker}.
 */
public final class SqlSnapshotLoader implements SnapshotLoader {
    private static final Logger log = LoggerFactory.getLogger(SqlSnapshotLoader.class);
    private static final long REPORT_BYTES = 4L << 20;

    private final EngineAccess access;
    private final LoadDialect dialect;

    public SqlSnapshotLoader(EngineAccess access, LoadDialect dialect) {
        this.access = access;
        this.dialect = dialect;
    }

    @Override
    public EnginePosition load(InputStream in, Consumer<SnapshotProgress> progress) throws IOException {
        SnapshotReader reader = new SnapshotReader(in);
        SnapshotFrame.Header header = begin(reader);
        check(header);
        ProgressMeter meter = new ProgressMeter();
        try (AdminSession session = AdminSession.open(access.administration());
                TableLoads tables = new TableLoads(access, dialect, meter)) {
            session.discardOnClose();
            dialect.setup().forEach(session::execute);
            LoadMarker.set(session);
            boolean closed = session.value("SELECT @@GLOBAL.local_infile").equals("0");
            if (closed) {
                session.execute("SET GLOBAL local_infile=1"); // rows come as files
            }
            Loading loading = new Loading(session, tables, meter, reader, progress);
            loading.header(header);
            while (!loading.done) {
                reader.read().accept(loading);
            }
            EnginePosition position = loading.finish();
            if (closed) {
                session.execute("SET GLOBAL local_infile=0");
            }
            return position;
        } catch (SQLException e) {
            throw new EngineException("cannot load the copy: error " + e.getErrorCode() + " " + e.getMessage(), e);
        }
    }

    private static SnapshotFrame.Header begin(SnapshotReader reader) throws IOException {
        SnapshotFrame first = reader.read();
        while (first instanceof SnapshotFrame.Restart restart) {
            log.info("copy begins again at its source, before its first word: reason={}", restart.reason());
            first = reader.read();
        }
        if (first instanceof SnapshotFrame.Header header) {
            return header;
        }
        throw new SnapshotFormatException("snapshot has no header");
    }

    private void check(SnapshotFrame.Header header) {
        if (!header.family().equals(dialect.family())) {
            throw new EngineException("snapshot is of " + header.family() + " (expected: " + dialect.family() + ")");
        }
        try (AdminSession session = AdminSession.open(access.administration())) {
            String own = session.value("SELECT VERSION()");
            if (!dialect.fits(header.engineVersion(), own)) {
                throw new EngineException("snapshot is of " + dialect.product() + " " + header.engineVersion()
                        + ", this engine is " + own + " (expected: the same series)");
            }
        }
    }

    /** One load. */
    private final class Loading implements SnapshotFrame.Visitor<Boolean> {
        private final AdminSession session;
        private final TableLoads tables;
        private final ProgressMeter meter;
        private final SnapshotReader reader;
        private final Consumer<SnapshotProgress> progress;
        private final Definitions definitions;
        private EnginePosition position = dialect.position("");
        private long rows; // that the snapshot has
        private long reportedBytes;
        private String phase = "";
        private boolean done;

        Loading(
                AdminSession session,
                TableLoads tables,
                ProgressMeter meter,
                SnapshotReader reader,
                Consumer<SnapshotProgress> progress)
                throws SQLException {
            this.session = session;
            this.tables = tables;
            this.meter = meter;
            this.reader = reader;
            this.progress = progress;
            this.definitions = new Definitions(session, dialect, this::report);
            session.connection().setAutoCommit(false);
        }

        @Override
        public Boolean header(SnapshotFrame.Header header) {
            position = dialect.position(header.position());
            meter.begin(header.bytesEstimated());
            rows = 0;
            definitions.forget();
            report("removing what was there");
            session.execute("COMMIT");
            for (String database : Content.databases(session)) {
                session.execute("DROP DATABASE " + Quoting.name(database));
            }
            dialect.clear(session);
            session.execute("COMMIT"); // others load rows
            return true;
        }

        @Override
        public Boolean restart(SnapshotFrame.Restart restart) throws IOException {
            log.info("copy begins again at its source: reason={}", restart.reason());
            tables.abandon();
            return true;
        }

        @Override
        public Boolean statement(SnapshotFrame.Statement statement) throws IOException {
            tables.await();
            definitions.make(statement);
            return true;
        }

        @Override
        public Boolean table(SnapshotFrame.Table table) throws IOException {
            session.execute("COMMIT"); // what was made is there for others
            report(table.database() + "." + table.name());
            tables.begin(table);
            return true;
        }

        @Override
        public Boolean rows(SnapshotFrame.Rows batch) throws IOException {
            tables.rows(batch);
            rows += batch.count();
            if (reader.plainBytes() - reportedBytes >= REPORT_BYTES) {
                report(phase);
            }
            return true;
        }

        @Override
        public Boolean tableEnd(SnapshotFrame.TableEnd end) throws IOException {
            tables.end(end);
            return true;
        }

        @Override
        public Boolean end(SnapshotFrame.End end) throws IOException {
            if (end.rows() != rows) {
                throw new SnapshotFormatException("snapshot has " + rows + " rows (expected: " + end.rows() + ")");
            }
            done = true;
            return true;
        }

        EnginePosition finish() throws IOException, SQLException {
            tables.await();
            definitions.makeWaiting();
            report("finishing");
            dialect.afterRows(session);
            session.connection().commit();
            session.connection().setAutoCommit(true);
            dialect.afterAccounts(session);
            session.execute("FLUSH TABLES");
            dialect.finish(session, position);
            report("done");
            return position;
        }

        private void report(String newPhase) {
            phase = newPhase;
            reportedBytes = reader.plainBytes();
            progress.accept(new SnapshotProgress(phase, meter.percent(), meter.rows(), reportedBytes));
        }
    }
}
