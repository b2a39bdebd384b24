package io.shareddb.protocol.wire;

import io.netty.buffer.ByteBuf;

/**
 * The header of a packet.
 *
 * <pre>int&lt;3&gt; length of the body, 0 to 2^24 - 1 | int&lt;1&gt; sequence number | body</pre>
 *
 * A body of exactly 2^24 - 1 bytes says that the payload continues in the next packet, which may be empty.
 */
public final class Packets {
    /** Bytes before the body. */
    public static final int HEADER_BYTES = 4;

    /** Longest body; one of this length is followed by another packet of the same payload. */
    public static final int MAX_BODY_BYTES = 0xffffff;

    private Packets() {}

    /** Length of the body of {@code packet}, which starts at the reader index with its header and stays the caller's. */
    public static int bodyLength(ByteBuf packet) {
        return packet.getUnsignedMediumLE(packet.readerIndex());
    }

    /** Sequence number of {@code packet}, which starts at the reader index with its header and stays the caller's. */
    public static int sequence(ByteBuf packet) {
        return packet.getUnsignedByte(packet.readerIndex() + 3);
    }

    /** Replaces the sequence number of {@code packet}, which starts at the reader index and stays the caller's. */
    public static void setSequence(ByteBuf packet, int sequence) {
        packet.setByte(packet.readerIndex() + 3, sequence);
    }

    /** The body of {@code packet}: a view that shares its reference count. */
    public static ByteBuf body(ByteBuf packet) {
        return packet.slice(packet.readerIndex() + HEADER_BYTES, packet.readableBytes() - HEADER_BYTES);
    }

    /** Appends a header. */
    public static void writeHeader(ByteBuf out, int bodyLength, int sequence) {
        out.writeMediumLE(bodyLength).writeByte(sequence);
    }
}
