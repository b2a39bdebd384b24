package io.shareddb.replication.engine.mariadb;

import io.shareddb.replication.engine.IncompleteCopyException;

/** A table that stands while an engine's content is being replaced: whoever finds it has half of a copy before him. */
final class LoadMarker {
    private static final String TABLE = "mysql.shareddb_loading";

    private LoadMarker() {}

    static void set(AdminSession session) {
        session.execute("CREATE TABLE IF NOT EXISTS " + TABLE + " (started TIMESTAMP NOT NULL) ENGINE=InnoDB");
    }

    static void clear(AdminSession session) {
        session.execute("DROP TABLE " + TABLE);
    }

    /** Throws if the engine must be loaded again before it may serve. */
    static void check(AdminSession session) {
        if (session.row("SELECT 1 FROM information_schema.tables WHERE table_schema='mysql' AND"
                        + " table_name='shareddb_loading'")
                .isPresent()) {
            throw new IncompleteCopyException(
                    "a copy into this engine was begun and not finished: it must be loaded again");
        }
    }
}
