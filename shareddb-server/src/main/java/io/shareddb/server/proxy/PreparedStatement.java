package io.shareddb.server.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.shareddb.protocol.wire.Packets;
import io.shareddb.server.routing.ReadHint;
import io.shareddb.server.routing.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A statement that a client prepared, with all that is needed to prepare and execute it on another connection as well. The client's id
 * for it is the proxy's; each {@link Backend} knows its own. Event loop only.
 */
final class PreparedStatement {
    /** Longest long data that is held; more goes to the leader at once. */
    static final int MAX_HELD_BYTES = 1 << 20;

    private static final int ID_OFFSET = Packets.HEADER_BYTES + 1;
    private final long id;
    private final Statement statement;
    private final byte @Nullable [] sql;
    private final String database;
    private final int parameters;
    private final boolean attributes;
    private ReadHint hint = ReadHint.NONE;
    private final List<ByteBuf> longData = new ArrayList<>(0); // ours
    private int longDataBytes;
    private byte @Nullable [] types;
    private int typesCount;
    private long typesVersion;
    private @Nullable Backend longDataAt;
    private boolean longDataLost;
    private @Nullable Backend executedAt;

    /**
     * @param id the client's, 1 to 2^32 - 2
     * @param statement what executing it does
     * @param sql its text; null if it was too long to be kept, so that it exists where it was prepared alone
     * @param database the default one then; empty for none
     * @param parameters how many, 0 to 65,535
     * @param attributes executions may bring query attributes
     */
    PreparedStatement(
            long id, Statement statement, byte @Nullable [] sql, String database, int parameters, boolean attributes) {
        this.id = id;
        this.statement = statement;
        this.sql = sql;
        this.database = database;
        this.parameters = parameters;
        this.attributes = attributes;
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

    /** In which the names in its text are looked up, whatever the session's default is when it is executed; empty for none. */
    String database() {
        return database;
    }

    /** What a comment in its text asks for. */
    ReadHint hint() {
        return hint;
    }

    void hint(ReadHint asked) {
        hint = asked;
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
        int start = packet.readerIndex() + header - Packets.HEADER_BYTES; // offsets count from a header
        Optional<ExecutionLayout> layout = ExecutionLayout.of(command, packet, start, parameters, attributes);
        if (layout.isEmpty()) {
            return parameters == 0;
        }
        ExecutionLayout found = layout.get();
        if (found.end() >= 0) {
            byte[] brought = new byte[found.end() - found.types()];
            packet.getBytes(start + found.types(), brought);
            types = brought;
            typesCount = found.count();
            typesVersion++;
        }
        return found.brings();
    }

    /** The same execution with the types that an earlier one brought; {@code packet} stays the caller's, the result is too. */
    ByteBuf withTypes(ByteBufAllocator allocator, int command, ByteBuf packet) {
        byte[] known = types;
        Optional<ExecutionLayout> layout =
                ExecutionLayout.of(command, packet, packet.readerIndex(), parameters, attributes);
        if (known == null || layout.isEmpty() || layout.get().count() != typesCount) {
            return packet.retainedDuplicate();
        }
        int at = layout.get().types();
        int length = packet.readableBytes();
        ByteBuf out = allocator.buffer(length + known.length);
        out.writeBytes(packet, packet.readerIndex(), at);
        out.writeBytes(known);
        out.writeBytes(packet, packet.readerIndex() + at, length - at);
        out.setMediumLE(0, out.readableBytes() - Packets.HEADER_BYTES);
        int bound = layout.get().bound();
        if (command == Command.STMT_BULK_EXECUTE) {
            out.setShortLE(bound, out.getUnsignedShortLE(bound) | ExecutionLayout.BULK_SENDS_TYPES);
        } else {
            out.setByte(bound, 1);
        }
        return out;
    }
}
