package io.shareddb.protocol.binlog;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.wire.Bytes;
import io.shareddb.protocol.wire.Fields;
import io.shareddb.protocol.wire.MalformedPacketException;
import java.nio.charset.StandardCharsets;

/**
 * {@link EventType#FORMAT_DESCRIPTION}: first event of a file, and of a stream after the {@link RotateEvent}. It always
 * has four bytes for a CRC at its end, also when the algorithm is {@link Checksum#NONE}.
 *
 * <pre>
 * int&lt;2&gt; 4 | 50 bytes: server version, then zeros | int&lt;4&gt; creation time | int&lt;1&gt; 19
 * length of the fixed part of each event type, one byte each | int&lt;1&gt; checksum algorithm | int&lt;4&gt; CRC
 * </pre>
 *
 * @param created seconds since 1970; other than 0 makes a replica drop its temporary tables
 * @param fixedPartLengths one byte per event type, from type 1 on
 * @param checksum of the events that follow
 */
public record FormatDescriptionEvent(String serverVersion, long created, Bytes fixedPartLengths, Checksum checksum) {
    private static final int BINLOG_VERSION = 4;
    private static final int VERSION_BYTES = 50;
    private static final int CREATED = EventHeader.BYTES + 2 + VERSION_BYTES;

    /** Reads {@code event}, which stays the caller's and unread. */
    public static FormatDescriptionEvent read(ByteBuf event) {
        ByteBuf body = EventHeader.body(event, Checksum.CRC32); // the space is there in any case
        int version = Fields.readInt2(body);
        if (version != BINLOG_VERSION) {
            throw new MalformedPacketException("binlog version " + version + " (expected: " + BINLOG_VERSION + ")");
        }
        ByteBuf padded = Fields.readSlice(body, VERSION_BYTES);
        int end = padded.bytesBefore((byte) 0);
        String serverVersion = padded.readSlice(end < 0 ? VERSION_BYTES : end).toString(StandardCharsets.UTF_8);
        long created = Fields.readInt4(body);
        int headerBytes = Fields.readInt1(body);
        if (headerBytes != EventHeader.BYTES) {
            throw new MalformedPacketException(
                    "binlog event headers of " + headerBytes + " bytes (expected: " + EventHeader.BYTES + ")");
        }
        Fields.require(body, 1);
        Bytes lengths = Fields.readBytes(body, body.readableBytes() - 1L);
        return new FormatDescriptionEvent(serverVersion, created, lengths, Checksum.of(Fields.readInt1(body)));
    }

    /**
     * Makes an engine's event fit for the start of another stream: no position, no creation time, CRC right. The event
     * stays the caller's and must not be shared.
     */
    public static void detach(ByteBuf event) {
        EventHeader.check(event);
        Fields.require(event, CREATED + 4L + 1 + 4);
        EventHeader.setNextPosition(event, 0);
        event.setIntLE(event.readerIndex() + CREATED, 0);
        Checksum.CRC32.fix(event);
    }

    /** Appends the event, made up for the start of a stream. */
    public void writeArtificial(ByteBuf out, long serverId) {
        byte[] version = serverVersion.getBytes(StandardCharsets.UTF_8);
        if (version.length > VERSION_BYTES) {
            throw new IllegalArgumentException("serverVersion: " + serverVersion + " (expected: at most 50 bytes)");
        }
        EventWriter.write(
                out, EventType.FORMAT_DESCRIPTION, serverId, 0, EventHeader.ARTIFICIAL, Checksum.CRC32, body -> {
                    body.writeShortLE(BINLOG_VERSION).writeBytes(version).writeZero(VERSION_BYTES - version.length);
                    body.writeIntLE((int) created).writeByte(EventHeader.BYTES);
                    fixedPartLengths.write(body);
                    body.writeByte(checksum.number());
                });
    }
}
