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

    /** When no database is left: removes the accounts, and whatever else belongs to the data. */
    void clear(AdminSession session);

    /** When accounts and their rights have been loaded; views are made next. */
    void afterAccounts(AdminSession session);

    /** What a connection that loads rows executes first: its settings, among them that nothing is logged and nothing is committed by itself. */
    List<String> rowSession();

    /** What it executes before the rows of {@code table}. */
    List<String> beforeRows(SnapshotFrame.Table table);

    /** How many bytes of text one statement loads. */
    long statementBytes();

    /** After the last row; what was done is committed then. */
    void afterRows(AdminSession session);

    /** When all is committed: the binlog becomes empty, the engine gets its position, and is read-only. */
    void finish(AdminSession session, EnginePosition position);
}
