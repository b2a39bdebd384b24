package io.shareddb.protocol.binlog;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.wire.Fields;
import io.shareddb.protocol.wire.MalformedPacketException;

/**
 * The first 19 bytes of every event.
 *
 * <pre>
 * int&lt;4&gt; timestamp | int&lt;1&gt; type | int&lt;4&gt; server id | int&lt;4&gt; length with header and checksum
 * int&lt;4&gt; next position | int&lt;2&gt; flags
 * </pre>
 *
 * The static methods read and write single fields of an event in place; the caller has checked it with {@link #read} or
 * {@link #check} once.
 *
 * @param timestamp seconds since 1970; 0 in made-up events
 * @param type one of {@link EventType}, or unknown
 * @param serverId of the engine that wrote it
 * @param length of the event in bytes
 * @param nextPosition where in its file the next event starts; MariaDB 11.4 has 0 within transactions
 * @param flags see the constants
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_replication_binlog_event.html">manual</a>
 */
public record EventHeader(long timestamp, int type, long serverId, long length, long nextPosition, int flags) {
    /** Length of the header. */
    public static final int BYTES = 19;

    /** Flag: not in a file, made up by the sender ("fake"). */
    public static final int ARTIFICIAL = 0x0020;

    /** Flag: of no use to replicas. */
    public static final int IGNORABLE = 0x0080;

    private static final int TYPE = 4;
    private static final int SERVER_ID = 5;
    private static final int LENGTH = 9;
    private static final int NEXT_POSITION = 13;
    private static final int FLAGS = 17;

    /** Reads the header of {@code event} and moves past it; the event stays the caller's. */
    public static EventHeader read(ByteBuf event) {
        check(event);
        return new EventHeader(
                event.readUnsignedIntLE(),
                event.readUnsignedByte(),
                event.readUnsignedIntLE(),
                event.readUnsignedIntLE(),
                event.readUnsignedIntLE(),
                event.readUnsignedShortLE());
    }

    /** The header of an event of which only the {@code beginning} may be there; it stays the caller's and unread. */
    public static EventHeader peek(ByteBuf beginning) {
        Fields.require(beginning, BYTES);
        return new EventHeader(
                timestamp(beginning),
                type(beginning),
                serverId(beginning),
                length(beginning),
                nextPosition(beginning),
                flags(beginning));
    }

    /** Throws unless {@code event} is as long as its header says; reads nothing. */
    public static void check(ByteBuf event) {
        Fields.require(event, BYTES);
        long length = length(event);
        if (length != event.readableBytes()) {
            throw new MalformedPacketException(
                    "binlog event of length " + length + " in " + event.readableBytes() + " bytes");
        }
    }

    /** If the event is not in a file. */
    public boolean isArtificial() {
        return (flags & ARTIFICIAL) != 0;
    }

    /** Appends the header. */
    public void write(ByteBuf out) {
        out.writeIntLE((int) timestamp).writeByte(type).writeIntLE((int) serverId);
        out.writeIntLE((int) length).writeIntLE((int) nextPosition).writeShortLE(flags);
    }

    public static int type(ByteBuf event) {
        return event.getUnsignedByte(event.readerIndex() + TYPE);
    }

    public static long timestamp(ByteBuf event) {
        return event.getUnsignedIntLE(event.readerIndex());
    }

    public static long serverId(ByteBuf event) {
        return event.getUnsignedIntLE(event.readerIndex() + SERVER_ID);
    }

    public static long length(ByteBuf event) {
        return event.getUnsignedIntLE(event.readerIndex() + LENGTH);
    }

    public static long nextPosition(ByteBuf event) {
        return event.getUnsignedIntLE(event.readerIndex() + NEXT_POSITION);
    }

    public static int flags(ByteBuf event) {
        return event.getUnsignedShortLE(event.readerIndex() + FLAGS);
    }

    /** If the event is not in a file. */
    public static boolean isArtificial(ByteBuf event) {
        return (flags(event) & ARTIFICIAL) != 0;
    }

    /** Changes an event that is not shared; call {@link Checksum#fix} after the last change. */
    public static void setServerId(ByteBuf event, long serverId) {
        event.setIntLE(event.readerIndex() + SERVER_ID, (int) serverId);
    }

    /** Changes an event that is not shared; call {@link Checksum#fix} after the last change. */
    public static void setNextPosition(ByteBuf event, long nextPosition) {
        event.setIntLE(event.readerIndex() + NEXT_POSITION, (int) nextPosition);
    }

    /** Changes an event that is not shared; call {@link Checksum#fix} after the last change. */
    public static void setTimestamp(ByteBuf event, long timestamp) {
        event.setIntLE(event.readerIndex(), (int) timestamp);
    }

    static void setLength(ByteBuf event, int length) {
        event.setIntLE(event.readerIndex() + LENGTH, length);
    }

    /** The bytes between header and checksum: a view. */
    public static ByteBuf body(ByteBuf event, Checksum checksum) {
        check(event);
        int length = event.readableBytes() - BYTES - checksum.bytes();
        if (length < 0) {
            throw new MalformedPacketException("binlog event of " + event.readableBytes() + " bytes has no checksum");
        }
        return event.slice(event.readerIndex() + BYTES, length);
    }
}
