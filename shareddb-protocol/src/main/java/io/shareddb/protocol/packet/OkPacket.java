package io.shareddb.protocol.packet;

import static io.shareddb.protocol.capability.StatusFlag.SESSION_STATE_CHANGED;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.capability.Capabilities;
import io.shareddb.protocol.capability.Capability;
import io.shareddb.protocol.capability.ServerStatus;
import io.shareddb.protocol.wire.Fields;
import io.shareddb.protocol.wire.MalformedPacketException;
import io.shareddb.protocol.wire.Payload;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Success.
 *
 * <pre>
 * int&lt;1&gt; 00, or FE where it ends a result set
 * length-encoded int: affected rows | length-encoded int: last insert id | int&lt;2&gt; status | int&lt;2&gt; warnings
 * [ length-encoded string: info | with SESSION_TRACK, if status has 4000: length-encoded string: session changes ]
 * </pre>
 *
 * An empty info is left out unless session changes follow. The manual has an info without length where SESSION_TRACK is
 * off; both engines send the length nevertheless.
 *
 * @param endOfRows header FE instead of 00: ends a result set under DEPRECATE_EOF
 * @param affectedRows 64 bits, unsigned
 * @param lastInsertId 64 bits, unsigned
 * @param warnings 0 to 65535
 * @param info such as {@code Rows matched: 1  Changed: 1  Warnings: 0}; may be empty
 * @param changes written only if the status has SESSION_STATE_CHANGED and {@code sessionTrack}
 * @param sessionTrack if the connection uses SESSION_TRACK, which changes the form of what follows the warnings
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_ok_packet.html">manual</a>
 */
public record OkPacket(
        boolean endOfRows,
        long affectedRows,
        long lastInsertId,
        ServerStatus status,
        int warnings,
        String info,
        List<SessionChange> changes,
        boolean sessionTrack)
        implements Payload {
    /** First byte. */
    public static final int HEADER = 0;

    private static final int MIN_BYTES = 7;

    public OkPacket {
        if (warnings >>> 16 != 0) {
            throw new IllegalArgumentException("warnings: " + warnings + " (expected: 0 to 65535)");
        }
        changes = List.copyOf(changes);
    }

    /** An OK that tells nothing but the status. */
    public static OkPacket of(ServerStatus status) {
        return new OkPacket(false, 0, 0, status, 0, "", List.of(), false);
    }

    /** Reads {@code payload}, which stays the caller's, on a connection with {@code capabilities}. */
    public static OkPacket read(ByteBuf payload, Capabilities capabilities) {
        int header = Fields.readInt1(payload);
        if (header != HEADER && header != EofPacket.HEADER) {
            throw new MalformedPacketException("not an OK packet: starts with 0x" + Integer.toHexString(header));
        }
        long affectedRows = Fields.readLengthEncodedInt(payload);
        long lastInsertId = Fields.readLengthEncodedInt(payload);
        ServerStatus status = new ServerStatus(Fields.readInt2(payload));
        int warnings = Fields.readInt2(payload);
        String info = "";
        List<SessionChange> changes = List.of();
        boolean sessionTrack = capabilities.has(Capability.SESSION_TRACK);
        if (!sessionTrack) {
            info = payload.isReadable() ? Fields.readLengthEncodedString(payload) : "";
        } else if (payload.isReadable()) {
            info = Fields.readLengthEncodedString(payload);
            if (status.has(SESSION_STATE_CHANGED) && payload.isReadable()) {
                changes = SessionChange.readAll(Fields.readLengthEncodedSlice(payload));
            }
        }
        return new OkPacket(
                header == EofPacket.HEADER, affectedRows, lastInsertId, status, warnings, info, changes, sessionTrack);
    }

    /**
     * Reads the end of a result set in either form: an OK with header FE, or an EOF, which has status and warnings only.
     * {@code payload} stays the caller's.
     */
    public static OkPacket readEnd(ByteBuf payload, Capabilities capabilities) {
        if (!isEof(payload)) {
            return read(payload, capabilities);
        }
        EofPacket eof = EofPacket.read(payload);
        return new OkPacket(true, 0, 0, eof.status(), eof.warnings(), "", List.of(), false);
    }

    /** If {@code payload} is an EOF, which is shorter than any OK; it stays the caller's and unread. */
    static boolean isEof(ByteBuf payload) {
        return EofPacket.matches(payload) && payload.readableBytes() < MIN_BYTES;
    }

    /** The value that this statement gave to the system variable {@code name}, if it is reported. */
    public Optional<String> systemVariable(String name) {
        @Nullable String found = null;
        for (SessionChange change : changes) {
            if (change instanceof SessionChange.SystemVariable variable
                    && variable.name().equals(name)) {
                found = variable.value();
            }
        }
        return Optional.ofNullable(found);
    }

    /** The same for a connection with {@code capabilities}, which may lack SESSION_TRACK. */
    public OkPacket forCapabilities(Capabilities capabilities) {
        boolean track = capabilities.has(Capability.SESSION_TRACK);
        return new OkPacket(
                endOfRows,
                affectedRows,
                lastInsertId,
                track ? status : status.without(SESSION_STATE_CHANGED),
                warnings,
                info,
                track ? changes : List.of(),
                track);
    }

    @Override
    public void write(ByteBuf out) {
        out.writeByte(endOfRows ? EofPacket.HEADER : HEADER);
        Fields.writeLengthEncodedInt(out, affectedRows);
        Fields.writeLengthEncodedInt(out, lastInsertId);
        out.writeShortLE(status.bits()).writeShortLE(warnings);
        if (sessionTrack && status.has(SESSION_STATE_CHANGED)) {
            Fields.writeLengthEncodedString(out, info);
            writeChanges(out);
        } else if (!info.isEmpty()) {
            Fields.writeLengthEncodedString(out, info);
        }
    }

    private void writeChanges(ByteBuf out) {
        ByteBuf block = out.alloc().buffer();
        try {
            for (SessionChange change : changes) {
                change.write(block);
            }
            Fields.writeLengthEncodedBytes(out, block);
        } finally {
            block.release();
        }
    }
}
