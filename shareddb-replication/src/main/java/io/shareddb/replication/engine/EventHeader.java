package io.shareddb.replication.engine;

import io.netty.buffer.ByteBuf;

/**
 * The header that every binlog event starts with, in all families.
 *
 * <pre>
 * int&lt;4&gt; timestamp | int&lt;1&gt; type | int&lt;4&gt; server id | int&lt;4&gt; length | int&lt;4&gt; next position | int&lt;2&gt; flags
 * </pre>
 *
 * Integers are little endian and unsigned.
 *
 * @param timestampSeconds since 1970; 0 in events that are made for the stream only
 * @param type what the event is
 * @param serverId of the engine that wrote it first
 * @param length bytes of the whole event with this header and its checksum
 * @param nextPosition where the event ends in its file, modulo 2^32; 0: not said
 * @param flags see {@link #ARTIFICIAL}
 */
public record EventHeader(long timestampSeconds, int type, long serverId, long length, long nextPosition, int flags) {
    public static final int BYTES = 19;
    public static final int CHECKSUM_BYTES = 4;

    /** Offset of {@link #serverId} in the event. */
    public static final int SERVER_ID_OFFSET = 5;
    /** Offset of {@link #length} in the event. */
    public static final int LENGTH_OFFSET = 9;
    /** Offset of {@link #nextPosition} in the event. */
    public static final int NEXT_POSITION_OFFSET = 13;

    /** Flag: made for the stream, not in any file. */
    public static final int ARTIFICIAL = 0x20;

    /** Reads a header; {@code event} stays the caller's and unread. */
    public static EventHeader get(ByteBuf event) {
        int start = event.readerIndex();
        return new EventHeader(
                event.getUnsignedIntLE(start),
                event.getUnsignedByte(start + 4),
                event.getUnsignedIntLE(start + SERVER_ID_OFFSET),
                event.getUnsignedIntLE(start + LENGTH_OFFSET),
                event.getUnsignedIntLE(start + NEXT_POSITION_OFFSET),
                event.getUnsignedShortLE(start + 17));
    }

    public void write(ByteBuf out) {
        out.writeIntLE((int) timestampSeconds)
                .writeByte(type)
                .writeIntLE((int) serverId)
                .writeIntLE((int) length)
                .writeIntLE((int) nextPosition)
                .writeShortLE(flags);
    }

    public boolean isArtificial() {
        return (flags & ARTIFICIAL) != 0;
    }
}
