package io.shareddb.replication.engine;

import java.time.Duration;

/** What a proxy must know of client sessions on this kind of engine. Stateless. */
public interface SessionDialect {
    /** Sent once on each new connection for a client, and after each reset, so that the engine reports what the proxy tracks. */
    String setup();

    /** A query whose single row and column is {@code 0} once the engine, following, has applied {@code gtid}. */
    String awaitApplied(Gtid gtid, Duration timeout);

    /** The statement that ends {@code connectionId} or only its statement without breaking a commit that waits. */
    String kill(long connectionId, boolean queryOnly);
}
