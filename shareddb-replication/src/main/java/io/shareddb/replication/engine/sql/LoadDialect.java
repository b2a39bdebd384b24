package io.shareddb.replication.engine.sql;

import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.snapshot.SnapshotFrame;
import java.util.List;

/** What differs between families when a copy is loaded. Stateless. */
public interface LoadDialect {
    /** As in the copy's header. */
    String family();

    /** For people. */
    String product();

    EnginePosition position(String text);

    /** Whether a copy of an engine of the one version can be loaded into one of the other. */
    boolean fits(String copyVersion, String ownVersion);

    /** Before anything is changed: settings of the session, among them that nothing is logged, and the end of replication. */
    List<String> setup();

    /** Tables of {@code mysql} whose rows belong to the data. */
    List<String> systemTables();

    /** Which rows of such a table do. */
    String condition(String systemTable);

    /** Before the rows of a table. */
    void beforeTable(AdminSession session, SnapshotFrame.Table table);

    /** After the last row; what was done is committed then. */
    void afterRows(AdminSession session);

    /** When all is committed: the binlog becomes empty, the engine gets its position, and is read-only. */
    void finish(AdminSession session, EnginePosition position);
}
