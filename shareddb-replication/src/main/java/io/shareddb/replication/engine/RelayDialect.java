package io.shareddb.replication.engine;

import io.netty.buffer.ByteBuf;
import java.util.Optional;

/** How a binlog server answers this kind of engine, and what it rewrites in events. Stateless. */
public interface RelayDialect {
    /** The version to greet with, so that the engine takes us for its like. */
    String greetingVersion();

    /** The method by which the engine logs in. */
    String authMethod();

    /** A new connection of an engine. */
    ReplicaSession session();

    /** The event to send after the format description, if one is needed: from where on the stream goes. */
    Optional<Opening> opening(EnginePosition from);

    /** The server id that the relay goes by, in events that it makes. */
    long serverId();

    /** Whether all events must carry that id, because the engine drops its own without a word. */
    boolean rewritesServerId();

    /**
     * An event made for the stream.
     *
     * @param type its type
     * @param body without header and checksum; the receiver's to release
     */
    record Opening(int type, ByteBuf body) {}
}
