package io.shareddb.replication.engine.sql;

import io.shareddb.replication.engine.EngineAccess;
import io.shareddb.replication.engine.EngineException;
import java.sql.SQLException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends sessions on an engine. Stateless. */
public final class Sessions {
    private static final Logger log = LoggerFactory.getLogger(Sessions.class);

    /** Everybody's but the engine's own and those that read its binlog; a condition on {@code information_schema.processlist}. */
    public static final String CLIENTS = "user NOT IN ('system user','event_scheduler','mysql.session','"
            + EngineAccess.OPERATOR + "') AND command NOT LIKE 'Binlog Dump%' AND command<>'Daemon'";

    /** Those of operators, whichever: what they capture as well. */
    public static final String OPERATORS = "user='" + EngineAccess.OPERATOR + "'";

    private static final int ERROR_NO_SUCH_THREAD = 1094;

    private Sessions() {}

    /** Ends all sessions that {@code condition} names, but for this one. */
    public static void end(AdminSession session, String condition) {
        int ended = 0;
        for (Map<String, @Nullable String> row : session.rows(
                "SELECT id FROM information_schema.processlist WHERE id<>CONNECTION_ID() AND (" + condition + ")")) {
            try {
                session.executeRaw("KILL " + AdminSession.text(row, "id"));
                ended++;
            } catch (SQLException e) {
                if (e.getErrorCode() != ERROR_NO_SUCH_THREAD) {
                    throw new EngineException("cannot end a session of the engine: " + e.getMessage(), e);
                }
            }
        }
        if (ended > 0) {
            log.info("ended sessions on the engine: count={}", ended);
        }
    }
}
