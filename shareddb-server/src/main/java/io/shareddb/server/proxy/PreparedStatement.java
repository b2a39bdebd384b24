package io.shareddb.server.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.shareddb.protocol.wire.Packets;
import io.shareddb.server.routing.Consistency;
import io.shareddb.server.routing.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A statement that a client prepared, with all that is needed to prepare and execute it on another connection as well. The client's id
 * for it is the proxy's; each {@link Backend} knows its own. Event loop only.
 */
final class PreparedStatement {
    /** Longest long data that is held; more goes to the leader at once. */
    static final int MAX_HELD_BYTES = 1 << 20;

    private static final int ID_OFFSET = Packets.HEADER_BYTES + 1;
    /** Behind id, flags and iterations. */
    private static final int NULLS_OFFSET = ID_OFFSET + 4 + 1 + 4;
    /** Behind id and flags. */
    private static final int BULK_TYPES_OFFSET = ID_OFFSET + 4 + 2;

    private static final int BULK_SENDS_TYPES = 128;

    private final long id;
    private final Statement statement;
    private final byte @Nullable [] sql;
    private final int parameters;
    private @Nullable Consistency consistency;
    private final List<ByteBuf> longData = new ArrayList<>(0); // ours
    private int longDataBytes;
    private byte @Nullable [] types;
    private long typesVersion;
    private @Nullable Backend longDataAt;
    private boolean longDataLost;
    private @Nullable Backend executedAt;

    /**
     * @param id the client's, 1 to 2^32 - 2
     * @param statement what executing it does
     * @param sql its text; null if it was too long to be kept, so that it exists where it was prepared alone
     * @param parameters how many, 0 to 65,535
     */
    PreparedStatement(long id, Statement statement, byte @Nullable [] sql, int parameters) {
        this.id = id;
        this.statement = statement;
        this.sql = sql;
        this.parameters = parameters;
    }

    long id() {
        return id;
    }

    Statement statement() {
        return statement;
    }

    byte @Nullable [] sql() {
        return sql;
    }

    /** What a hint in its text asks for; null without one. */
    @Nullable
    Consistency consistency() {
        return consistency;
    }

    void consistency(@Nullable Consistency hint) {
        consistency = hint;
    }

    /** Grows with each change of {@link #noteTypes the parameters' types}; 0 before the first. */
    long typesVersion() {
        return typesVersion;
    }

    // Long data.

    /** Keeps a {@code COM_STMT_SEND_LONG_DATA} for the next execution; false, and the caller's still, if that is too much. */
    boolean hold(ByteBuf packet) {
        if (longDataAt != null || longDataBytes + packet.readableBytes() > MAX_HELD_BYTES) {
            return false;
        }
        longData.add(packet);
        longDataBytes += packet.readableBytes();
        return true;
    }

    /** Sends what is held to {@code backend}, where this statement has {@code installedId}; it stays here for another try. */
    void sendHeld(Backend backend, long installedId) {
        for (ByteBuf packet : longData) {
            setId(packet, installedId);
            backend.write(packet.retainedDuplicate());
        }
    }

    boolean hasHeld() {
        return !longData.isEmpty();
    }

    /** Long data went to {@code backend} and is nowhere else: the next execution must go there too. */
    void longDataAt(Backend backend) {
        longDataAt = backend;
        dropHeld();
    }

    /** Some of it could not be sent: the next execution would use half of it. */
    void longDataLost() {
        longDataLost = true;
    }

    boolean isLongDataLost() {
        return longDataLost;
    }

    @Nullable
    Backend longDataAt() {
        return longDataAt;
    }

    /** It was executed or reset: the next execution begins without long data. */
    void forgetLongData() {
        longDataLost = false;
        longDataAt = null;
        dropHeld();
    }

    private void dropHeld() {
        longData.forEach(ByteBuf::release);
        longData.clear();
        longDataBytes = 0;
    }

    // Executions.

    /** Where its last execution ran, and left a cursor perhaps. */
    @Nullable
    Backend executedAt() {
        return executedAt;
    }

    void executedAt(Backend backend) {
        executedAt = backend;
    }

    static void setId(ByteBuf packet, long installedId) {
        packet.setIntLE(packet.readerIndex() + ID_OFFSET, (int) installedId);
    }

    /**
     * Remembers the types of the parameters if the execution brings them.
     *
     * @param packet the whole or its beginning
     * @param header where the command byte is in it
     * @return whether it brings them, or needs none
     */
    boolean noteTypes(int command, ByteBuf packet, int header) {
        if (parameters == 0) {
            return true;
        }
        int start = packet.readerIndex() + header - Packets.HEADER_BYTES; // offsets count from a header
        int end = packet.writerIndex();
        int at;
        if (command == Command.STMT_BULK_EXECUTE) {
            at = BULK_TYPES_OFFSET;
            if (end < start + at || (packet.getUnsignedShortLE(start + ID_OFFSET + 4) & BULK_SENDS_TYPES) == 0) {
                return false;
            }
        } else {
            at = boundOffset() + 1;
            if (end < start + at || packet.getByte(start + boundOffset()) != 1) {
                return false;
            }
        }
        if (end >= start + at + 2 * parameters) {
            byte[] found = new byte[2 * parameters];
            packet.getBytes(start + at, found);
            types = found;
            typesVersion++;
        }
        return true;
    }

    private int boundOffset() {
        return NULLS_OFFSET + (parameters + 7) / 8;
    }

    /** The same execution with the types that an earlier one brought; {@code packet} stays the caller's, the result is too. */
    ByteBuf withTypes(ByteBufAllocator allocator, int command, ByteBuf packet) {
        byte[] known = types;
        int at = command == Command.STMT_BULK_EXECUTE ? BULK_TYPES_OFFSET : boundOffset() + 1;
        if (known == null || packet.readableBytes() < at) {
            return packet.retainedDuplicate();
        }
        int length = packet.readableBytes();
        ByteBuf out = allocator.buffer(length + known.length);
        out.writeBytes(packet, packet.readerIndex(), at);
        out.writeBytes(known);
        out.writeBytes(packet, packet.readerIndex() + at, length - at);
        out.setMediumLE(0, out.readableBytes() - Packets.HEADER_BYTES);
        if (command == Command.STMT_BULK_EXECUTE) {
            int flags = out.getUnsignedShortLE(ID_OFFSET + 4);
            out.setShortLE(ID_OFFSET + 4, flags | BULK_SENDS_TYPES);
        } else {
            out.setByte(boundOffset(), 1);
        }
        return out;
    }
}
