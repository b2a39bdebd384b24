package io.shareddb.replication.engine.sql;

import io.shareddb.replication.engine.IncompleteCopyException;

/** A table that stands while an engine's content is being replaced: whoever finds it has half of a copy before him. */
public final class LoadMarker {
    private static final String TABLE = "mysql.shareddb_loading";

    private LoadMarker() {}

    public static void set(AdminSession session) {
        session.execute("CREATE TABLE IF NOT EXISTS " + TABLE + " (started TIMESTAMP NOT NULL) ENGINE=InnoDB");
    }

    /** Durably, whatever the engine's present durability is: from here on the copy counts. */
    public static void clear(AdminSession session) {
        String durability = session.value("SELECT @@GLOBAL.innodb_flush_log_at_trx_commit");
        session.execute("SET GLOBAL innodb_flush_log_at_trx_commit=1");
        session.execute("DROP TABLE " + TABLE);
        session.execute("SET GLOBAL innodb_flush_log_at_trx_commit=" + durability);
    }

    /** Throws if the engine must be loaded again before it may serve. */
    public static void check(AdminSession session) {
        if (session.row("SELECT 1 FROM information_schema.tables WHERE table_schema='mysql' AND"
                        + " table_name='shareddb_loading'")
                .isPresent()) {
            throw new IncompleteCopyException(
                    "a copy into this engine was begun and not finished: it must be loaded again");
        }
    }
}
