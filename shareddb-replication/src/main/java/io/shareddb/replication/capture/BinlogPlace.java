package io.shareddb.replication.capture;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.shareddb.protocol.binlog.SemiSyncAck;
import io.shareddb.protocol.wire.PayloadEncoder;
import io.shareddb.protocol.wire.SequenceCounter;

/**
 * A place in an engine's binlog, up to which can be acknowledged.
 *
 * @param file the file's name
 * @param offset bytes from its start
 */
record BinlogPlace(String file, long offset) {
    /** The acknowledgement, as a packet with sequence number 0. */
    ByteBuf acknowledgement(ByteBufAllocator allocator) {
        return PayloadEncoder.frame(allocator, new SemiSyncAck(offset, file), new SequenceCounter());
    }
}
