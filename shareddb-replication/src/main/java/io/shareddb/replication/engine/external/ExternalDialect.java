package io.shareddb.replication.engine.external;

import io.shareddb.replication.engine.Credentials;
import io.shareddb.replication.engine.EngineFamily;
import io.shareddb.replication.engine.sql.AdminSession;
import java.util.List;

/** What differs between kinds of engines that others run. Stateless; all in one session whose binlog is off where it writes. */
public interface ExternalDialect {
    /** Whether {@code version}, as {@code SELECT VERSION()} gives it, is of this kind. */
    boolean speaks(String version);

    EngineFamily family();

    /** Section and lines of a configuration file that every engine of this kind should have. */
    String configuration();

    /** What keeps the engine from being used and cannot be set while it runs: each with what to write or do. Changes nothing. */
    List<String> problems(AdminSession session);

    /**
     * Ends clients' sessions and those of operators, lets commits go that wait for an acknowledgement, and makes the engine
     * read-only. What was let go and is not in the history is found by its id later.
     */
    void release(AdminSession session);

    /** Allows the statements that follow to change the engine's own tables; {@link #release} came before. */
    void beginSetup(AdminSession session);

    /** Settings that a managed engine is started with. */
    void set(AdminSession session);

    /** Forgets transactions of before the engine was taken: its position is that of an engine without data. */
    void forgetHistory(AdminSession session);

    /**
     * Gives an engine that keeps its data a position that no engine without them has, so that it and its copies alone count as being at
     * the beginning of the history. After {@link #forgetHistory}.
     *
     * @param cluster the cluster's id
     */
    void beginHistory(AdminSession session, String cluster);

    /**
     * Makes the operator's account anew, with all privileges.
     *
     * @param host from where it logs in, as the engine sees it
     */
    void makeOperator(AdminSession session, Credentials operator, String host);

    /** Undoes {@link #beginSetup}. */
    void endSetup(AdminSession session);
}
