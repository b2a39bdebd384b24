package io.shareddb.replication.log.transport;

import io.netty.buffer.ByteBuf;
import io.shareddb.replication.log.NodeId;
import java.io.IOException;

/**
 * Carries frames between the nodes of one log. A frame arrives whole or not at all; frames may be lost, and between reconnects doubled
 * or out of order: Raft copes. Peers are authenticated before any frame of theirs is seen.
 *
 * <p>The log runs on the transport's own thread: what arrives is handled, and what is sent leaves, without a change of threads.
 */
public interface LogTransport extends AutoCloseable {
    /** Largest frame. */
    int MAX_FRAME_BYTES = 8 << 20;

    /** What the log does with what arrives; all calls on {@link #thread()}. */
    interface Receiver {
        /**
         * A frame of an authenticated peer. {@code frame} stays the transport's.
         *
         * @throws IllegalArgumentException if it is malformed: the connection is closed
         */
        void onFrame(NodeId from, ByteBuf frame);

        /** Nothing more is there to read for the moment: what was sent meanwhile may be flushed. */
        void onBatchEnd();

        /** The connection to {@code peer} broke and its host refuses a new one: most likely its process is gone. */
        void onRefused(NodeId peer);
    }

    LogThread thread();

    /** Listens and connects from now on. Once; may block, so not on the log's thread. */
    void start(Receiver receiver) throws IOException;

    /** An empty frame to write one message into and to {@link #send}; the caller's until then. */
    ByteBuf frame(int expectedBytes);

    /** Sends a frame, which is owned by this method; drops it if the peer cannot take it now. Log's thread only. */
    void send(NodeId to, ByteBuf frame);

    /** What was sent leaves now. Log's thread only. */
    void flush();

    /** Closes all connections and makes no more; the thread stays. Log's thread only. */
    void disconnect();

    /** Disconnects and ends the thread. */
    @Override
    void close();
}
