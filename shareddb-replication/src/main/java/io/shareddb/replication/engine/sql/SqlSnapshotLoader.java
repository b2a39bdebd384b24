package io.shareddb.replication.engine.sql;

import io.shareddb.replication.engine.EngineAccess;
import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.snapshot.SnapshotFormatException;
import io.shareddb.replication.snapshot.SnapshotFrame;
import io.shareddb.replication.snapshot.SnapshotLoader;
import io.shareddb.replication.snapshot.SnapshotProgress;
import io.shareddb.replication.snapshot.SnapshotReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes an engine what a snapshot says: everything that is there goes first, nothing enters the binlog, which is empty
 * afterwards. One load at a time. A marker table stands from before the first change until after the last: {@link LoadMarker}.
 */
public final class SqlSnapshotLoader implements SnapshotLoader {
    private static final Logger log = LoggerFactory.getLogger(SqlSnapshotLoader.class);

    private final EngineAccess access;
    private final LoadDialect dialect;

    public SqlSnapshotLoader(EngineAccess access, LoadDialect dialect) {
        this.access = access;
        this.dialect = dialect;
    }

    @Override
    public EnginePosition load(InputStream in, Consumer<SnapshotProgress> progress) throws IOException {
        SnapshotReader reader = new SnapshotReader(in);
        if (!(reader.read() instanceof SnapshotFrame.Header header)) {
            throw new SnapshotFormatException("snapshot has no header");
        }
        check(header);
        try (AdminSession session = AdminSession.open(access.administration())) {
            session.discardOnClose();
            dialect.setup().forEach(session::execute);
            LoadMarker.set(session);
            Loading loading = new Loading(session, reader, progress);
            loading.header(header);
            while (!loading.done) {
                reader.read().accept(loading);
            }
            return loading.finish();
        } catch (SQLException e) {
            throw new EngineException("cannot load the copy: error " + e.getErrorCode() + " " + e.getMessage(), e);
        }
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
        private static final long COMMIT_BYTES = 8L << 20;

        private final AdminSession session;
        private final SnapshotReader reader;
        private final Consumer<SnapshotProgress> progress;
        private final List<SnapshotFrame.Statement> views = new ArrayList<>();
        private EnginePosition position = dialect.position("");
        private long rowsEstimated;
        private long rows;
        private long uncommitted;
        private SnapshotFrame.@Nullable Table table;
        private @Nullable PreparedStatement insert; // for insertRows rows of table
        private int insertRows;
        private boolean done;

        Loading(AdminSession session, SnapshotReader reader, Consumer<SnapshotProgress> progress) throws SQLException {
            this.session = session;
            this.reader = reader;
            this.progress = progress;
            session.connection().setAutoCommit(false);
        }

        @Override
        public Boolean header(SnapshotFrame.Header header) {
            position = dialect.position(header.position());
            rowsEstimated = header.rowsEstimated();
            rows = 0;
            views.clear();
            dropAll();
            return true;
        }

        private void dropAll() {
            report("removing what was there");
            closeInsert();
            session.execute("COMMIT");
            for (String database : Content.databases(session)) {
                session.execute("DROP DATABASE " + Quoting.name(database));
            }
            for (String name : dialect.systemTables()) {
                session.execute("DELETE FROM mysql." + name + " WHERE " + dialect.condition(name));
            }
        }

        @Override
        public Boolean restart(SnapshotFrame.Restart restart) {
            log.info("copy begins again at its source: reason={}", restart.reason());
            return true;
        }

        @Override
        public Boolean statement(SnapshotFrame.Statement statement) {
            closeInsert();
            if (statement.kind() == SnapshotFrame.Statement.Kind.VIEW) {
                views.add(statement);
            } else {
                loadViews();
                report(statement.name());
                try {
                    execute(statement);
                } catch (SQLException e) {
                    throw new EngineException(
                            "cannot make " + statement.name() + ": error " + e.getErrorCode() + " " + e.getMessage(),
                            e);
                }
            }
            return true;
        }

        /** The engine remembers charset and collation of views and triggers; the text itself always arrives as UTF-8. */
        private void execute(SnapshotFrame.Statement statement) throws SQLException {
            if (!statement.database().isEmpty()) {
                session.executeRaw("USE " + Quoting.name(statement.database()));
            }
            boolean context = !statement.charset().isEmpty();
            if (context) {
                session.executeRaw("SET SESSION sql_mode=" + Quoting.string(statement.sqlMode())
                        + ", collation_connection=" + statement.collation()
                        + (keepsMeaning(statement) ? ", character_set_client=" + statement.charset() : ""));
            }
            try {
                session.executeRaw(statement.sql());
            } finally {
                if (context) {
                    session.executeRaw("SET SESSION sql_mode='NO_AUTO_VALUE_ON_ZERO', character_set_client=utf8mb4,"
                            + " collation_connection=DEFAULT");
                    session.executeRaw("SET SESSION character_set_connection=utf8mb4");
                }
            }
        }

        private boolean keepsMeaning(SnapshotFrame.Statement statement) {
            return statement.charset().toLowerCase(Locale.ROOT).startsWith("utf8")
                    || StandardCharsets.US_ASCII.newEncoder().canEncode(statement.sql());
        }

        /** A view may use others that come later: as long as some can be made, the rest is tried again. */
        private void loadViews() {
            List<SnapshotFrame.Statement> left = new ArrayList<>(views);
            views.clear();
            if (!left.isEmpty()) {
                session.execute("COMMIT");
                session.execute("FLUSH PRIVILEGES"); // views ask for their definers
            }
            while (!left.isEmpty()) {
                List<SnapshotFrame.Statement> failed = new ArrayList<>();
                SQLException reason = null;
                for (SnapshotFrame.Statement view : left) {
                    report(view.name());
                    try {
                        execute(view);
                    } catch (SQLException e) {
                        failed.add(view);
                        reason = e;
                    }
                }
                if (failed.size() == left.size() && reason != null) {
                    // Broken at the source as well, or it would have been made.
                    for (SnapshotFrame.Statement view : failed) {
                        log.warn(
                                "view is not copied, it is invalid: view={} reason={}",
                                view.name(),
                                reason.getMessage());
                    }
                    return;
                }
                left = failed;
            }
        }

        @Override
        public Boolean table(SnapshotFrame.Table next) {
            closeInsert();
            table = next;
            report(next.database() + "." + next.name());
            dialect.beforeTable(session, next);
            return true;
        }

        @Override
        public Boolean rows(SnapshotFrame.Rows batch) throws IOException {
            SnapshotFrame.Table into = table;
            if (into == null) {
                throw new SnapshotFormatException("snapshot has rows before any table");
            }
            try {
                insert(into, batch);
                rows += batch.count();
                uncommitted += batch.values().remaining();
                if (uncommitted > COMMIT_BYTES) {
                    session.connection().commit();
                    uncommitted = 0;
                    report(into.database() + "." + into.name());
                }
            } catch (SQLException e) {
                throw new EngineException(
                        "cannot load rows of " + into.database() + "." + into.name() + ": error " + e.getErrorCode()
                                + " " + e.getMessage(),
                        e);
            }
            return true;
        }

        private void insert(SnapshotFrame.Table into, SnapshotFrame.Rows batch) throws SQLException, IOException {
            PreparedStatement statement = insert;
            if (statement == null || insertRows != batch.count()) {
                closeInsert();
                String row = "(" + String.join(",", into.placeholders()) + ")";
                statement = session.connection()
                        .prepareStatement("INSERT INTO " + Quoting.name(into.database()) + "."
                                + Quoting.name(into.name()) + " (" + String.join(",", into.columns()) + ") VALUES "
                                + String.join(",", java.util.Collections.nCopies(batch.count(), row)));
                insert = statement;
                insertRows = batch.count();
            }
            ByteBuffer values = batch.values().duplicate();
            for (int i = 1; i <= batch.count() * into.columns().size(); i++) {
                int length = values.remaining() < 4 ? -1 : values.getInt() - 1;
                if (length > values.remaining() || length < -1) {
                    throw new SnapshotFormatException("value of " + length + " bytes is cut off");
                }
                if (length < 0) {
                    statement.setNull(i, java.sql.Types.VARBINARY);
                } else {
                    byte[] value = new byte[length];
                    values.get(value);
                    statement.setBytes(i, value);
                }
            }
            statement.executeUpdate();
        }

        private void closeInsert() {
            PreparedStatement statement = insert;
            insert = null;
            if (statement != null) {
                try {
                    statement.close();
                } catch (SQLException e) {
                    throw new EngineException("cannot close a statement: " + e.getMessage(), e);
                }
            }
        }

        @Override
        public Boolean end(SnapshotFrame.End end) throws IOException {
            if (end.rows() != rows) {
                throw new SnapshotFormatException("snapshot has " + rows + " rows (expected: " + end.rows() + ")");
            }
            done = true;
            return true;
        }

        EnginePosition finish() throws SQLException {
            closeInsert();
            loadViews();
            report("finishing");
            dialect.afterRows(session);
            session.connection().commit();
            session.connection().setAutoCommit(true);
            session.execute("FLUSH PRIVILEGES");
            session.execute("FLUSH TABLES");
            dialect.finish(session, position);
            report("done");
            return position;
        }

        private void report(String phase) {
            progress.accept(new SnapshotProgress(phase, rows, rowsEstimated, reader.plainBytes()));
        }
    }
}
