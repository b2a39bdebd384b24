package io.shareddb.replication.engine;

import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.List;

/** What an engine that connected to replicate says, and what it is answered. One thread. */
public interface ReplicaSession {
    /** Answers a query. */
    Reply query(String sql);

    /** Whether this command asks for the stream; {@code command} stays the caller's and unread. */
    boolean isDump(ByteBuf command);

    /**
     * What the engine has, by the dump command and the queries before it.
     *
     * @param command the whole payload; stays the caller's
     * @throws IllegalArgumentException if it cannot be told
     */
    EnginePosition position(ByteBuf command);

    /** How long the engine lets us be silent; zero: for ever. */
    Duration heartbeat();

    /** An answer. */
    sealed interface Reply permits Done, Row, Refused {}

    /** OK. */
    record Done() implements Reply {}

    /**
     * One row.
     *
     * @param columns names
     * @param values as text
     */
    record Row(List<String> columns, List<String> values) implements Reply {}

    /**
     * An error.
     *
     * @param number of the error
     * @param message in the engine's words
     */
    record Refused(int number, String message) implements Reply {}
}
