package io.shareddb.replication.engine;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** What a proxy must know of client sessions on this kind of engine. Stateless. */
public interface SessionDialect {
    /** Sent once on each new connection for a client, and after each reset, so that the engine reports what the proxy tracks. */
    default String setup() {
        return setup(Set.of());
    }

    /**
     * The same for a client that wants to hear of more.
     *
     * @param variables names in lower case; {@code *} for all
     */
    String setup(Set<String> variables);

    /** System variables, in lower case, that {@link #setup()} makes the engine report. */
    Set<String> trackedVariables();

    /**
     * What an engine says in its greeting, by which clients decide what they may ask.
     *
     * @param version what {@code VERSION()} says
     */
    String greetingVersion(String version);

    /** A query whose single row and column is {@code 0} once the engine, following, has applied {@code gtid}. */
    String awaitApplied(Gtid gtid, Duration timeout);

    /** A query whose single row and column is {@code 0} once the engine, following, has applied everything up to {@code position}. */
    String awaitApplied(EnginePosition position, Duration timeout);

    /** The statement that ends {@code connectionId} or only its statement without breaking a commit that waits. */
    String kill(long connectionId, boolean queryOnly);

    /** Whether a reset session has the engine's own character set and collation, and not those that its client logged in with. */
    boolean resetForgetsCharset();

    /** What the engine tells a client (error 4031) before it hangs up on it for doing nothing; empty if it just does. */
    Optional<String> idleTooLong();

    /** The session variable that reports the GTID of a commit, in lower case; empty if the family has a tracker of its own. */
    String gtidVariable();

    /**
     * Session variables, in lower case, that {@link #setup} makes the engine report and that no client may change: a session
     * that got round {@link StatementPolicy} (with SQL put together at run time, say) is closed when one of them is reported.
     */
    Set<String> fencedVariables();
}
