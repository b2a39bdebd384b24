package io.shareddb.replication.engine.managed;

import io.shareddb.replication.engine.EngineAccess;
import io.shareddb.replication.engine.sql.AdminSession;
import io.shareddb.replication.engine.sql.Quoting;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The binlog files of a leader's engine: what they hold is in the replicated log soon after. Stateless. */
public final class EngineBinlogs {
    /** The one that is written, and the one before it, whose end the capture may still be at. */
    private static final int NEEDED = 2;

    private EngineBinlogs() {}

    /** Deletes all but the newest files; the engine keeps those that are being read or that it needs after a crash. */
    public static void trim(EngineAccess access) {
        try (AdminSession session = AdminSession.open(access.administration())) {
            List<Map<String, @Nullable String>> files = session.rows("SHOW BINARY LOGS");
            if (files.size() > NEEDED) {
                String oldest = AdminSession.text(files.get(files.size() - NEEDED), "log_name");
                session.execute("PURGE BINARY LOGS TO " + Quoting.string(oldest));
            }
        }
    }
}
