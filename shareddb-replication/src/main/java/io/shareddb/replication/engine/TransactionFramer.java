package io.shareddb.replication.engine;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.binlog.EventHeader;

/** Finds the transactions in one engine's stream of binlog events. One thread. */
public interface TransactionFramer {
    /** Of longer events only so many bytes are shown. */
    int VISIBLE_BYTES = 64 << 10;

    /**
     * Says what the next event is.
     *
     * @param header its header
     * @param event the event with its header; without its checksum; of a long one the first {@link #VISIBLE_BYTES}. Stays the
     *     caller's
     * @throws EngineException if the stream breaks a rule that the history relies on: a GTID that does not follow the one before,
     *     say. Nothing more can be captured then
     */
    EventRole next(EventHeader header, ByteBuf event);

    /** The GTID of the transaction that was opened last. */
    Gtid gtid();
}
