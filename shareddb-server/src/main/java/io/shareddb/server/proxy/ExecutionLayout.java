package io.shareddb.server.proxy;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.command.ComStmtExecute;
import io.shareddb.protocol.wire.Fields;
import io.shareddb.protocol.wire.MalformedPacketException;
import io.shareddb.protocol.wire.Packets;
import java.util.Optional;

/**
 * Where a {@code COM_STMT_EXECUTE} or {@code COM_STMT_BULK_EXECUTE} says of which types its parameters are. Offsets count from the packet's
 * header. Immutable.
 *
 * <pre>
 * one:  header | 17 | int&lt;4&gt; id | int&lt;1&gt; flags | int&lt;4&gt; 1 | with attributes: length-encoded int count | nulls | int&lt;1&gt; bound | types | values
 * bulk: header | fa | int&lt;4&gt; id | int&lt;2&gt; flags | types | values
 * </pre>
 *
 * @param count parameters, attributes among them
 * @param bound where it says that types follow, which stand at {@link #types}
 * @param types where they begin, or would begin
 * @param brings types follow
 * @param end behind them; -1 if they do not follow, or are not all there
 */
record ExecutionLayout(int count, int bound, int types, boolean brings, int end) {
    private static final int FLAGS_OFFSET = Packets.HEADER_BYTES + 1 + 4;
    private static final int PARAMETERS_OFFSET = FLAGS_OFFSET + 1 + 4;
    private static final int BULK_TYPES_OFFSET = FLAGS_OFFSET + 2;
    static final int BULK_SENDS_TYPES = 128;

    /**
     * Of the execution of a statement with so many parameters.
     *
     * @param packet the whole or its beginning; stays the caller's
     * @param start where its header is, or would be, in {@code packet}
     * @param attributes the connection uses query attributes
     * @return empty for one without parameters, and for one that is too short to tell
     */
    static Optional<ExecutionLayout> of(int command, ByteBuf packet, int start, int parameters, boolean attributes) {
        ByteBuf rest = packet.duplicate();
        try {
            return command == Command.STMT_BULK_EXECUTE
                    ? bulk(rest, start, parameters)
                    : one(rest, start, parameters, attributes);
        } catch (MalformedPacketException e) {
            return Optional.empty(); // the engine says what it thinks of it
        }
    }

    private static Optional<ExecutionLayout> bulk(ByteBuf packet, int start, int parameters) {
        if (parameters == 0) {
            return Optional.empty();
        }
        packet.readerIndex(Math.min(start + FLAGS_OFFSET, packet.writerIndex()));
        boolean brings = (Fields.readInt2(packet) & BULK_SENDS_TYPES) != 0;
        int end = BULK_TYPES_OFFSET + 2 * parameters;
        boolean whole = brings && packet.writerIndex() >= start + end;
        return Optional.of(new ExecutionLayout(parameters, FLAGS_OFFSET, BULK_TYPES_OFFSET, brings, whole ? end : -1));
    }

    private static Optional<ExecutionLayout> one(ByteBuf packet, int start, int parameters, boolean attributes) {
        packet.readerIndex(Math.min(start + FLAGS_OFFSET, packet.writerIndex()));
        boolean counted = attributes && (Fields.readInt1(packet) & ComStmtExecute.PARAMETER_COUNT_AVAILABLE) != 0;
        if (parameters == 0 && !counted) {
            return Optional.empty();
        }
        packet.readerIndex(Math.min(start + PARAMETERS_OFFSET, packet.writerIndex()));
        long count = attributes ? Fields.readLengthEncodedInt(packet) : parameters;
        if (count <= 0 || count > packet.readableBytes() * 8L) {
            return Optional.empty();
        }
        Fields.skip(packet, (count + 7) / 8);
        int bound = packet.readerIndex() - start;
        boolean brings = Fields.readInt1(packet) == 1;
        int end = brings ? endOfTypes(packet, (int) count, attributes) - start : -1;
        return Optional.of(new ExecutionLayout((int) count, bound, bound + 1, brings, Math.max(end, -1)));
    }

    /** Below 0 where they are not all there. */
    private static int endOfTypes(ByteBuf packet, int count, boolean named) {
        try {
            for (int i = 0; i < count; i++) {
                Fields.skip(packet, 2);
                if (named) {
                    Fields.skip(packet, Fields.readLength(packet));
                }
            }
            return packet.readerIndex();
        } catch (MalformedPacketException e) {
            return Integer.MIN_VALUE / 2;
        }
    }
}
