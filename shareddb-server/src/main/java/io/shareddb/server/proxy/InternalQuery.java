package io.shareddb.server.proxy;

import static io.shareddb.protocol.wire.Packets.HEADER_BYTES;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;
import io.shareddb.protocol.capability.Capabilities;
import io.shareddb.protocol.capability.Capability;
import io.shareddb.protocol.capability.ServerStatus;
import io.shareddb.protocol.packet.ColumnDefinition;
import io.shareddb.protocol.packet.ColumnType;
import io.shareddb.protocol.packet.ErrPacket;
import io.shareddb.protocol.packet.OkPacket;
import io.shareddb.protocol.wire.Fields;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A query that the proxy sends itself; its answer is a row of one column at most. Event loop only. */
final class InternalQuery implements ResponseStream.Sink {
    /** The answer when there is none. */
    static final ErrPacket CONNECTION_LOST = new ErrPacket(2013, "08S01", "connection to the engine lost");

    private static final Set<Integer> NUMBERS =
            Set.of(ColumnType.TINY, ColumnType.LONG, ColumnType.LONGLONG, ColumnType.DOUBLE, ColumnType.NEWDECIMAL);

    private static final byte[] NOTHING = {};

    /** None of them, in one set. */
    private static final byte[] NO_ATTRIBUTES = {0, 1};

    private final Backend backend;
    private final CompositeByteBuf packets; // ours until done or error
    private final CompletableFuture<Answer> answer = new CompletableFuture<>();
    private boolean rows;
    private boolean number;
    private long statementId;

    /**
     * What came back.
     *
     * @param error if it failed
     * @param value of the one column of the one row, if there was one and it is not NULL
     * @param number the column is one of numbers
     * @param statementId of what was prepared; else 0
     */
    record Answer(Optional<ErrPacket> error, Optional<String> value, boolean number, long statementId) {
        static Answer of(ErrPacket error) {
            return new Answer(Optional.of(error), Optional.empty(), false, 0);
        }

        boolean isLost() {
            return error.filter(CONNECTION_LOST::equals).isPresent();
        }
    }

    private InternalQuery(Backend backend) {
        this.backend = backend;
        this.packets = backend.channel().alloc().compositeBuffer();
    }

    /**
     * Runs {@code sql} on {@code backend}, which is idle.
     *
     * @param sql characters up to 255 are bytes
     */
    static CompletionStage<Answer> run(Backend backend, String sql) {
        ByteBuf packet =
                queryPacket(backend.channel().alloc(), sql, backend.agreed().capabilities());
        return run(backend, packet, ResponseStream.Form.RESULTS);
    }

    /** Makes {@code database} the default one of {@code backend}, which is idle. */
    static CompletionStage<Answer> use(Backend backend, String database) {
        byte[] sql = ("USE `" + database.replace("`", "``") + "`").getBytes(backend.charset());
        return run(backend, new String(sql, StandardCharsets.ISO_8859_1));
    }

    /** {@code COM_RESET_CONNECTION} on {@code backend}, which is idle. */
    static CompletionStage<Answer> reset(Backend backend) {
        ByteBuf packet = packet(backend.channel().alloc(), Command.RESET_CONNECTION, NOTHING, NOTHING);
        return run(backend, packet, ResponseStream.Form.RESULTS);
    }

    /** Prepares {@code sql} on {@code backend}, which is idle. */
    static CompletionStage<Answer> prepare(Backend backend, byte[] sql) {
        ByteBuf packet = packet(backend.channel().alloc(), Command.STMT_PREPARE, NOTHING, sql);
        return run(backend, packet, ResponseStream.Form.PREPARED);
    }

    private static CompletionStage<Answer> run(Backend backend, ByteBuf packet, ResponseStream.Form form) {
        InternalQuery query = new InternalQuery(backend);
        ByteBufAllocator allocator = backend.channel().alloc();
        ResponseStream stream = new ResponseStream(
                form,
                backend.agreed().capabilities(),
                backend.agreed().capabilities(),
                ServerStatus.AUTOCOMMIT,
                allocator,
                query);
        backend.send(packet, stream);
        return query.answer;
    }

    /** A {@code COM_QUERY} with its header, for a connection that uses {@code capabilities}; the caller's. */
    static ByteBuf queryPacket(ByteBufAllocator allocator, String sql, Capabilities capabilities) {
        byte[] text = sql.getBytes(StandardCharsets.ISO_8859_1);
        return capabilities.has(Capability.QUERY_ATTRIBUTES)
                ? packet(allocator, Command.QUERY, NO_ATTRIBUTES, text)
                : packet(allocator, Command.QUERY, NOTHING, text);
    }

    private static ByteBuf packet(ByteBufAllocator allocator, int command, byte[] first, byte[] rest) {
        int length = 1 + first.length + rest.length;
        return allocator
                .buffer(HEADER_BYTES + length)
                .writeMediumLE(length)
                .writeByte(0)
                .writeByte(command)
                .writeBytes(first)
                .writeBytes(rest);
    }

    @Override
    public void bytes(ByteBuf bytes) {
        if (answer.isDone()) {
            bytes.release(); // they came with the error, ahead of it
        } else {
            packets.addComponent(true, bytes);
        }
    }

    @Override
    public boolean result(OkPacket ok) {
        rows = ok.endOfRows();
        backend.heard(ok.changes());
        return true;
    }

    @Override
    public boolean error(ErrPacket error, boolean untouched) {
        backend.answered();
        packets.release();
        answer.complete(Answer.of(error));
        return false;
    }

    @Override
    public void localInfile() {}

    @Override
    public long prepared(long id, int parameters) {
        statementId = id;
        return id;
    }

    @Override
    public void done() {
        backend.answered();
        Optional<String> value;
        try {
            value = rows ? firstValue() : Optional.empty();
        } finally {
            packets.release();
        }
        answer.complete(new Answer(Optional.empty(), value, number, statementId));
    }

    @Override
    public void cancelled() {
        packets.release();
        answer.complete(Answer.of(CONNECTION_LOST));
    }

    /** The column count, one definition, then the row. */
    private Optional<String> firstValue() {
        packets.skipBytes(HEADER_BYTES + packets.getUnsignedMediumLE(packets.readerIndex()));
        int length = packets.readUnsignedMediumLE();
        packets.skipBytes(1);
        ColumnDefinition column = ColumnDefinition.read(
                packets.readSlice(length), backend.agreed().capabilities());
        number = NUMBERS.contains(column.type());
        packets.skipBytes(HEADER_BYTES);
        if (packets.getUnsignedByte(packets.readerIndex()) >= Fields.NULL) {
            return Optional.empty(); // NULL, or no row
        }
        return Optional.of(Fields.readLengthEncodedString(packets));
    }
}
