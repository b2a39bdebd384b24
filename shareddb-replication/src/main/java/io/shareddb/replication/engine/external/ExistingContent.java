package io.shareddb.replication.engine.external;

import io.shareddb.replication.engine.EngineAccess;
import io.shareddb.replication.engine.EngineContent;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.engine.sql.AdminSession;
import io.shareddb.replication.engine.sql.Content;
import io.shareddb.replication.engine.sql.Quoting;
import java.util.ArrayList;
import java.util.List;

/**
 * What an engine held when a node took it, and what becomes of it.
 *
 * @param kept it stays
 * @param empty databases without anything in them, such as container images make, to be dropped
 */
record ExistingContent(boolean kept, List<String> empty) {
    /** Of an engine that was taken before. */
    static ExistingContent untouched() {
        return new ExistingContent(false, List.of());
    }

    /**
     * Looks; changes nothing.
     *
     * @param committed the cluster's history; data can be kept only where there is none
     * @param problems gets why the engine cannot be taken
     */
    static ExistingContent of(
            AdminSession session, ExistingData existing, EnginePosition committed, List<String> problems) {
        EngineContent content = Content.summary(session);
        List<String> full =
                content.databases().stream().map(EngineContent.Database::name).toList();
        if (existing == ExistingData.KEEP && committed.text().isEmpty()) {
            if (full.isEmpty()) {
                problems.add("its databases were to be adopted, and there are none any more");
            }
            problems(session, problems);
            return new ExistingContent(true, List.of());
        }
        if (!full.isEmpty() && existing != ExistingData.REPLACE) {
            problems.add("it holds data: " + String.join(", ", full)
                    + " (expected: an engine without databases, because the cluster was formed without them; save them"
                    + " with a dump, drop them, and load the dump through the cluster)");
        }
        List<String> empty = new ArrayList<>(Content.databases(session));
        empty.removeAll(full);
        return new ExistingContent(false, empty);
    }

    /** Why data cannot be kept although the engine can be used. */
    static void problems(AdminSession session, List<String> problems) {
        if (session.row("SELECT 1 FROM mysql.user WHERE user='" + EngineAccess.OPERATOR + "' LIMIT 1")
                .isPresent()) {
            problems.add("it has an account " + EngineAccess.OPERATOR
                    + ", the name of the node's own (execute: SET sql_log_bin=0; DROP USER for each of its hosts)");
        }
        int replicas = session.rows("SELECT id FROM information_schema.processlist WHERE command LIKE 'Binlog Dump%'")
                .size();
        if (replicas > 0) {
            problems.add(replicas + " replicas read its binlog, which will be reset (stop them)");
        }
        int prepared = session.rows("XA RECOVER").size();
        if (prepared > 0) {
            problems.add("it has " + prepared
                    + " prepared XA transactions (execute: XA RECOVER, then XA COMMIT or XA ROLLBACK for each)");
        }
    }

    void dropEmpty(AdminSession session) {
        for (String database : empty) {
            session.execute("DROP DATABASE " + Quoting.name(database));
        }
    }
}
