package io.shareddb.replication.engine;

/**
 * One kind of database engine. Stateless and thread-safe. All that differs between MariaDB and MySQL is behind this interface
 * and the ones it hands out; nothing outside the family's package knows which engine it talks to.
 */
public interface EngineFamily {
    /** {@code mariadb} or {@code mysql}; written into the log, so it never changes. */
    String name();

    /** For people: {@code MariaDB} or {@code MySQL}. */
    String product();

    /** Reads what {@link Gtid#text} wrote. */
    Gtid gtid(String text);

    /** Reads what {@link EnginePosition#text} wrote. */
    EnginePosition position(String text);

    /**
     * Whether an engine that led in {@code epoch} holds, beyond {@code end}, what it wrote itself in that epoch and nothing else, as far as
     * its state can tell. Its binlog tells the rest.
     *
     * @param end where the history ends, in that epoch
     */
    boolean continues(EngineState state, EnginePosition end, long epoch);

    /** How the leader's operator reads this engine's transactions. */
    CaptureDialect capture();

    /** How a follower's operator feeds this engine. */
    RelayDialect relay();

    /** How client sessions on this engine are set up, tracked, waited for and killed. */
    SessionDialect sessions();

    /** How clients work as the engine's own accounts. */
    AccountDialect accounts();

    /** Statements that would escape the log, and why they are refused. */
    StatementPolicy statements();

    /** How a copy of a running engine's files is made. */
    FileStage fileStage();

    /** Administers a running engine. */
    Engine administer(EngineAccess access);
}
