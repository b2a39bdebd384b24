package io.shareddb.protocol.binlog;

import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;

/** Puts events together. */
final class EventWriter {
    private EventWriter() {}

    /**
     * Appends an event with timestamp 0.
     *
     * @param nextPosition 32 bits
     * @param body appends the body
     */
    static void write(
            ByteBuf out,
            int type,
            long serverId,
            long nextPosition,
            int flags,
            Checksum checksum,
            Consumer<ByteBuf> body) {
        int start = out.writerIndex();
        new EventHeader(0, type, serverId, 0, nextPosition, flags).write(out);
        body.accept(out);
        out.writeZero(checksum.bytes());
        int length = out.writerIndex() - start;
        ByteBuf event = out.slice(start, length);
        EventHeader.setLength(event, length);
        checksum.fix(event);
    }
}
