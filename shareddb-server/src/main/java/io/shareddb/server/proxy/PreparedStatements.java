package io.shareddb.server.proxy;

import io.shareddb.server.routing.Statement;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A session's prepared statements by the ids that its client knows. Event loop only. */
final class PreparedStatements {
    /** MariaDB: the one that was prepared last. */
    private static final long LAST = 0xffff_ffffL;

    private final Map<Long, PreparedStatement> statements = new HashMap<>();
    private long nextId = 1;
    private @Nullable PreparedStatement last;

    /** Gives {@code statement} an id; the others as for {@link PreparedStatement}. */
    PreparedStatement add(
            Statement statement, byte @Nullable [] sql, String database, int parameters, boolean attributes) {
        while (nextId == LAST || nextId == 0 || statements.containsKey(nextId)) {
            nextId = (nextId + 1) & LAST;
        }
        PreparedStatement added = new PreparedStatement(nextId, statement, sql, database, parameters, attributes);
        nextId = (nextId + 1) & LAST;
        statements.put(added.id(), added);
        last = added;
        return added;
    }

    /** Null if there is none of that id. */
    @Nullable
    PreparedStatement find(long id) {
        return id == LAST ? last : statements.get(id);
    }

    /** What was to be prepared last was not. */
    void forgetLast() {
        last = null;
    }

    /** Forgets {@code statement} here. */
    void remove(PreparedStatement statement) {
        statements.remove(statement.id());
        statement.forgetLongData();
        if (last == statement) {
            last = null;
        }
    }

    /** Some of them wait for their execution with data that only an engine has. */
    boolean hasLongDataAtEngine() {
        return !statements.isEmpty()
                && statements.values().stream().anyMatch(statement -> statement.longDataAt() != null);
    }

    int count() {
        return statements.size();
    }

    /** Forgets all. */
    void clear() {
        statements.values().forEach(PreparedStatement::forgetLongData);
        statements.clear();
        last = null;
    }
}
