package io.shareddb.replication.engine.sql;

import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.snapshot.SnapshotFrame;
import io.shareddb.replication.snapshot.SnapshotFrame.Statement.Kind;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Executes the statements of a snapshot. One thread. */
final class Definitions {
    private static final Logger log = LoggerFactory.getLogger(Definitions.class);

    /** No such column, table, routine; a default role that was not granted; a right to stand in for others that we do not have. */
    private static final Set<Integer> NOT_THERE = Set.of(1054, 1146, 1305, 3530, 1698);

    private final AdminSession session;
    private final LoadDialect dialect;
    private final Consumer<String> phase;
    private final List<SnapshotFrame.Statement> waiting = new ArrayList<>();

    /** @param phase told what is being made */
    Definitions(AdminSession session, LoadDialect dialect, Consumer<String> phase) {
        this.session = session;
        this.dialect = dialect;
        this.phase = phase;
    }

    /** The snapshot begins again. */
    void forget() {
        waiting.clear();
    }

    /** Makes it, or keeps it until others are there. */
    void make(SnapshotFrame.Statement statement) {
        if (statement.kind() == Kind.VIEW || statement.kind() == Kind.GRANT) {
            waiting.add(statement);
            return;
        }
        makeWaiting();
        phase.accept(statement.name());
        try {
            execute(statement);
        } catch (SQLException e) {
            throw cannotMake(statement, e);
        }
    }

    /** The engine remembers charset and collation of views and triggers; the text itself always arrives as UTF-8. */
    private void execute(SnapshotFrame.Statement statement) throws SQLException {
        if (!statement.database().isEmpty()) {
            session.executeRaw("USE " + Quoting.name(statement.database()));
        }
        boolean context = !statement.charset().isEmpty();
        if (context) {
            session.executeRaw("SET SESSION sql_mode=" + Quoting.string(statement.sqlMode()) + ", collation_connection="
                    + statement.collation()
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

    private static boolean keepsMeaning(SnapshotFrame.Statement statement) {
        return statement.charset().toLowerCase(Locale.ROOT).startsWith("utf8")
                || StandardCharsets.US_ASCII.newEncoder().canEncode(statement.sql());
    }

    /** A view may use others that come later, and rights may be those on a view: as long as some can be made, the rest is tried again. */
    void makeWaiting() {
        List<SnapshotFrame.Statement> left = new ArrayList<>(waiting);
        waiting.clear();
        if (!left.isEmpty()) {
            session.execute("COMMIT");
            dialect.afterAccounts(session); // views ask for their definers
        }
        while (!left.isEmpty()) {
            Map<SnapshotFrame.Statement, SQLException> failed = new LinkedHashMap<>();
            for (SnapshotFrame.Statement statement : left) {
                phase.accept(statement.name());
                try {
                    execute(statement);
                } catch (SQLException e) {
                    failed.put(statement, e);
                }
            }
            if (failed.size() == left.size()) {
                failed.forEach(Definitions::leaveOut);
                return;
            }
            left = List.copyOf(failed.keySet());
        }
    }

    /** Broken at the source as well, or it would have been made. */
    private static void leaveOut(SnapshotFrame.Statement statement, SQLException reason) {
        if (statement.kind() == Kind.GRANT && !NOT_THERE.contains(reason.getErrorCode())) {
            throw cannotMake(statement, reason);
        }
        log.warn("not copied, it is invalid: {} reason={}", statement.name(), reason.getMessage());
    }

    private static EngineException cannotMake(SnapshotFrame.Statement statement, SQLException reason) {
        return new EngineException(
                "cannot make " + statement.name() + ": error " + reason.getErrorCode() + " " + reason.getMessage(),
                reason);
    }
}
