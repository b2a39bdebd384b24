package io.shareddb.replication.capture;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.binlog.EventHeader;

/** Gets the events of a stream, long ones in pieces. Event loop only. */
interface EventSink {
    /**
     * An event begins.
     *
     * @param visible its beginning with the header, without the checksum, all of it if it is short; stays the caller's
     * @param acknowledge the engine wants an acknowledgement for it
     */
    void begin(EventHeader header, ByteBuf visible, boolean acknowledge);

    /** Its bytes with the header, in order, piece by piece; stays the caller's. The checksum comes along. */
    void bytes(ByteBuf piece);

    /** It is complete and its checksum was right. */
    void end();
}
