package io.shareddb.replication.engine.external;

import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.engine.sql.AdminSession;
import io.shareddb.replication.engine.sql.Quoting;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A table on the engine that says whose it is, written without entering the binlog. Copies leave it out, and loading one leaves it
 * alone. Stateless.
 */
final class OwnerMarker {
    private static final String TABLE = "mysql.shareddb_node";

    private OwnerMarker() {}

    /** Nobody has taken the engine yet. */
    static boolean missing(AdminSession session) {
        return session.row("SELECT 1 FROM information_schema.tables WHERE table_schema='mysql' AND"
                        + " table_name='shareddb_node'")
                .isEmpty();
    }

    /** @throws EngineException if the engine was taken for another node */
    static void check(AdminSession session, String place, EngineOwner own) {
        Optional<Map<String, @Nullable String>> row = session.row("SELECT cluster_id, node_id FROM " + TABLE);
        EngineOwner found = row.map(
                        it -> new EngineOwner(AdminSession.text(it, "cluster_id"), AdminSession.text(it, "node_id")))
                .orElse(own); // made and not filled: by nobody but the holder of the lock, which is us
        if (!own.owns(found)) {
            throw new EngineException("the engine at " + place + " belongs to " + found
                    + " and is not touched (this is "
                    + own + "). Point DB_COMPONENT_NAME and DB_ENGINE_PORT to this node's own engine; or, if that node"
                    + " is gone for good, drop all databases of the engine and then DROP TABLE " + TABLE);
        }
    }

    /** Takes the engine; the session's binlog is off. */
    static void make(AdminSession session, EngineOwner own) {
        session.execute(
                "CREATE TABLE IF NOT EXISTS " + TABLE
                        + " (id INT PRIMARY KEY, cluster_id VARCHAR(200) NOT NULL, node_id VARCHAR(200) NOT NULL) ENGINE=InnoDB");
        session.execute("REPLACE INTO " + TABLE + " VALUES (1, " + Quoting.string(own.cluster()) + ", "
                + Quoting.string(own.node()) + ")");
    }
}
