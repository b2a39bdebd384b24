package io.shareddb.replication.engine;

import io.netty.buffer.ByteBuf;

/** How a binlog server answers this kind of engine, and what it rewrites in events. Stateless. */
public interface RelayDialect {
    /** What {@link #waitsForEarlier} looks at. */
    int HEAD_BYTES = 64;

    /** The version to greet with, so that the engine takes us for its like. */
    String greetingVersion();

    /** The method by which the engine logs in. */
    String authMethod();

    /** A new connection of an engine. */
    ReplicaSession session();

    /** Appends the event to send after the format description, with a CRC-32: from where on the stream goes. Nothing if none is needed. */
    void writeOpening(EnginePosition from, ByteBuf out);

    /**
     * Whether the engine may see this transaction only after it has applied all earlier ones, because it does not see to that itself.
     *
     * @param head the first bytes of the transaction's first event, {@link #HEAD_BYTES} if it has as many; not changed
     */
    boolean waitsForEarlier(ByteBuf head);

    /** The server id that the relay goes by, in events that it makes. */
    long serverId();

    /** Whether all events must carry that id, because the engine drops its own without a word. */
    boolean rewritesServerId();
}
