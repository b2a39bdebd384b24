package io.shareddb.replication.capture;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;

/**
 * A place in an engine's binlog, up to which can be acknowledged.
 *
 * @param file the file's name
 * @param offset bytes from its start
 */
record BinlogPlace(String file, long offset) {
    private static final int ACKNOWLEDGE = 0xef;

    /**
     * The acknowledgement, as a packet.
     *
     * <pre>int&lt;3&gt; length | int&lt;1&gt; sequence 0 | EF | int&lt;8&gt; offset | file</pre>
     */
    ByteBuf acknowledgement(ByteBufAllocator allocator) {
        byte[] name = file.getBytes(StandardCharsets.UTF_8);
        return allocator
                .ioBuffer(4 + 9 + name.length)
                .writeMediumLE(9 + name.length)
                .writeByte(0)
                .writeByte(ACKNOWLEDGE)
                .writeLongLE(offset)
                .writeBytes(name);
    }
}
