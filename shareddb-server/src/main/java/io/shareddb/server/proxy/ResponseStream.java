package io.shareddb.server.proxy;

import static io.shareddb.protocol.capability.Capability.DEPRECATE_EOF;
import static io.shareddb.protocol.capability.Capability.SESSION_TRACK;
import static io.shareddb.protocol.capability.StatusFlag.CURSOR_EXISTS;
import static io.shareddb.protocol.capability.StatusFlag.MORE_RESULTS;
import static io.shareddb.protocol.capability.StatusFlag.SESSION_STATE_CHANGED;
import static io.shareddb.protocol.wire.Packets.HEADER_BYTES;
import static io.shareddb.protocol.wire.Packets.MAX_BODY_BYTES;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.shareddb.protocol.capability.Capabilities;
import io.shareddb.protocol.capability.ServerStatus;
import io.shareddb.protocol.packet.EofPacket;
import io.shareddb.protocol.packet.ErrPacket;
import io.shareddb.protocol.packet.OkPacket;
import io.shareddb.protocol.wire.Fields;
import io.shareddb.protocol.wire.MalformedPacketException;
import io.shareddb.protocol.wire.Payload;
import java.util.Optional;

/**
 * One response of an engine on its way to the client. Looks at packet headers and first bytes alone, and passes on what lies
 * between results in pieces as large as they came in, without a copy. Event loop only.
 *
 * <p>The engine always speaks DEPRECATE_EOF and SESSION_TRACK with us, so that every result ends in an OK that tells its GTID. For
 * a client without DEPRECATE_EOF the EOFs that it expects are put in, and the packets behind them get other sequence
 * numbers; for one without SESSION_TRACK the session changes are cut out.
 *
 * <pre>First → (Definitions → Rows → First)* → Done,  or First → Parameters → Columns → Done after a prepare</pre>
 */
final class ResponseStream {
    private static final int MAX_CONTROL_BYTES = 1 << 20;

    /** What the command is answered with. */
    enum Form {
        /** Results. */
        RESULTS,
        /** Results, or a cursor whose rows come later. */
        EXECUTION,
        /** Rows without definitions before them, or definitions up to an end. */
        ROWS,
        /** A prepared statement. */
        PREPARED,
        /** One packet of text. */
        TEXT
    }

    private enum Expect {
        FIRST,
        DEFINITIONS,
        ROWS,
        PREPARED_PARAMETERS,
        PREPARED_COLUMNS,
        /** Nothing but the rest of the packet that is being passed on. */
        LAST_BODY,
        DONE
    }

    /** Hears of what a response holds. */
    interface Sink {
        /** Whole packets or pieces of them, for the client; owned by this method. */
        void bytes(ByteBuf packets);

        /**
         * One result ends.
         *
         * @return false to hold it and what follows until {@link #release}
         */
        boolean result(OkPacket ok);

        /** What the client gets instead of {@code ok}, which {@link #result} let pass; empty for the same. */
        default Optional<OkPacket> replacement(OkPacket ok) {
            return Optional.empty();
        }

        /**
         * The response ends in an error.
         *
         * @param untouched the client has seen nothing of this response
         * @return false to keep it from the client; {@link #done} is not called then
         */
        boolean error(ErrPacket error, boolean untouched);

        /** The client has to send a file. */
        void localInfile();

        /**
         * A statement was prepared.
         *
         * @param statementId the engine's
         * @param parameters how many it has
         * @return the id for the client
         */
        long prepared(long statementId, int parameters);

        /** Nothing more comes. */
        void done();

        /** The rest will not come, since the connection is gone or given up. */
        void cancelled();
    }

    private final Form form;
    private final Capabilities engine;
    private final boolean clientDeprecatesEof;
    private final Capabilities client;
    private final ServerStatus before;
    private final Sink sink;
    private final ByteBufAllocator allocator;
    private final PacketBuffer buffer;

    private Expect expect;
    private long definitions;
    private int preparedColumns;
    private int bodyLeft;
    private boolean continued;
    private boolean groupEnds;
    private boolean eofPending;
    private boolean held;
    private boolean cleared;
    private boolean untouched = true;
    private boolean infile;
    private boolean running;
    private int shift;
    private int lastSequence;

    /**
     * @param engine capabilities in use with the engine
     * @param client those in use with the client
     * @param before status of the session, for the EOFs that are put in
     */
    ResponseStream(
            Form form,
            Capabilities engine,
            Capabilities client,
            ServerStatus before,
            ByteBufAllocator allocator,
            Sink sink) {
        this.form = form;
        this.engine = engine;
        this.client = client;
        this.clientDeprecatesEof = client.has(DEPRECATE_EOF);
        this.before = before.ofSession();
        this.allocator = allocator;
        this.sink = sink;
        this.buffer = new PacketBuffer(allocator);
        this.expect = form == Form.ROWS ? Expect.ROWS : Expect.FIRST;
    }

    /** The client's last packet had this number. */
    void requestEndedWith(int sequence) {
        lastSequence = sequence;
        infile = false;
    }

    /** By how much sequence numbers are higher on the client's side. */
    int shift() {
        return shift;
    }

    /** Number of the packet that the client saw last. */
    int lastSequence() {
        return lastSequence;
    }

    /** Whether the client has seen nothing of the response. */
    boolean untouched() {
        return untouched;
    }

    /** Whether the client may get an error packet now instead of what it waits for. */
    boolean takesError() {
        boolean boundary = bodyLeft == 0 && !continued && !infile;
        return boundary && (expect == Expect.FIRST || (expect == Expect.ROWS && form != Form.PREPARED));
    }

    /** Takes over {@code chunk}. */
    void feed(ByteBuf chunk) {
        if (expect == Expect.DONE) {
            chunk.release(); // an engine that says more than it was asked, before it hangs up
            return;
        }
        buffer.append(chunk);
        run();
    }

    /** Goes on with a result that was held. */
    void release() {
        if (held) {
            held = false;
            cleared = true;
            run();
        }
    }

    /** Forgets the rest. */
    void cancel() {
        if (expect != Expect.DONE) {
            expect = Expect.DONE;
            buffer.clear();
            sink.cancelled();
        }
    }

    private void run() {
        if (running) {
            return;
        }
        running = true;
        try {
            boolean progress = true;
            while (progress && !held && expect != Expect.DONE) {
                progress = step();
            }
        } finally {
            running = false;
        }
        passOn();
        if (expect == Expect.DONE) {
            buffer.clear();
        }
    }

    /** @return false when more bytes are needed */
    private boolean step() {
        if (bodyLeft > 0) {
            int count = Math.min(bodyLeft, buffer.available());
            buffer.advance(count);
            bodyLeft -= count;
            return bodyLeft == 0;
        }
        if (groupEnds) {
            endGroup();
            return true;
        }
        if (expect == Expect.LAST_BODY && !continued) {
            passOn();
            expect = Expect.DONE;
            sink.done();
            return false;
        }
        if (buffer.available() < HEADER_BYTES) {
            return false;
        }
        int length = buffer.bodyLength();
        if (continued) {
            pass(length);
            return true;
        }
        if (length > 0 && buffer.available() == HEADER_BYTES) {
            return false;
        }
        int first = length == 0 ? -1 : buffer.byteAt(HEADER_BYTES);
        return switch (expect) {
            case FIRST -> first(length, first);
            case DEFINITIONS -> {
                pass(length);
                if (--definitions == 0) {
                    expect = Expect.ROWS;
                    eofPending = !clientDeprecatesEof;
                }
                yield true;
            }
            case ROWS -> rows(length, first);
            case PREPARED_PARAMETERS, PREPARED_COLUMNS -> preparedDefinition(length);
            case LAST_BODY, DONE -> false;
        };
    }

    private boolean first(int length, int first) {
        if (!whole(length)) {
            return false;
        }
        if (form == Form.TEXT && first != ErrPacket.HEADER) {
            pass(length);
            expect = Expect.LAST_BODY;
            return true;
        }
        switch (first) {
            case OkPacket.HEADER -> {
                return form == Form.PREPARED ? prepared(length) : result(length, false);
            }
            case ErrPacket.HEADER -> {
                return error(length);
            }
            case EofPacket.HEADER -> {
                return result(length, true);
            }
            case Fields.NULL -> {
                pass(length);
                buffer.advance(bodyLeft);
                bodyLeft = 0;
                infile = true;
                passOn();
                sink.localInfile();
                return true;
            }
            default -> {
                definitions = Fields.readLengthEncodedInt(buffer.view(HEADER_BYTES, length));
                expect = Expect.DEFINITIONS;
                pass(length);
                return true;
            }
        }
    }

    private boolean rows(int length, int first) {
        boolean end = first == EofPacket.HEADER && length < MAX_BODY_BYTES;
        if (!end && first != ErrPacket.HEADER) {
            insertPendingEof();
            pass(length);
            return true;
        }
        if (!whole(length)) {
            return false;
        }
        return end ? result(length, true) : error(length);
    }

    private boolean whole(int length) {
        if (length > MAX_CONTROL_BYTES) {
            throw new MalformedPacketException("control packet of " + length + " bytes from the engine");
        }
        return buffer.available() >= HEADER_BYTES + length;
    }

    private boolean result(int length, boolean endOfRows) {
        OkPacket ok = OkPacket.read(buffer.view(HEADER_BYTES, length), engine);
        if (!cleared && !sink.result(ok)) {
            held = true;
            return false;
        }
        cleared = false;
        boolean plainEof = endOfRows && !clientDeprecatesEof;
        if (plainEof) {
            if (!isCursor(ok)) {
                insertPendingEof();
            }
            eofPending = false;
            replace(length, new EofPacket(ok.warnings(), ok.status().without(SESSION_STATE_CHANGED)));
        } else if (ok.status().has(SESSION_STATE_CHANGED) && !client.has(SESSION_TRACK)) {
            replace(length, ok.forCapabilities(client));
        } else {
            Optional<OkPacket> replacement = sink.replacement(ok);
            if (replacement.isPresent()) {
                replace(length, replacement.get());
            } else {
                pass(length);
            }
        }
        expect = ok.status().has(MORE_RESULTS) ? Expect.FIRST : Expect.LAST_BODY;
        return true;
    }

    /** Elsewhere the flag is a left-over of a cursor inside a procedure. */
    private boolean isCursor(OkPacket ok) {
        return form == Form.EXECUTION
                && ok.status().has(CURSOR_EXISTS)
                && !ok.status().has(MORE_RESULTS);
    }

    private boolean error(int length) {
        ErrPacket error = ErrPacket.read(buffer.view(HEADER_BYTES, length));
        if (!sink.error(error, untouched)) {
            expect = Expect.DONE;
            return false;
        }
        insertPendingEof();
        pass(length);
        expect = Expect.LAST_BODY;
        return true;
    }

    private boolean prepared(int length) {
        ByteBuf body = buffer.view(HEADER_BYTES + 1, length - 1);
        long statement = Fields.readInt4(body);
        preparedColumns = Fields.readInt2(body);
        definitions = Fields.readInt2(body);
        buffer.setInt(HEADER_BYTES + 1, (int) sink.prepared(statement, (int) definitions));
        pass(length);
        nextPrepared(Expect.PREPARED_PARAMETERS);
        return true;
    }

    private boolean preparedDefinition(int length) {
        pass(length);
        groupEnds = --definitions == 0;
        return true;
    }

    private void endGroup() {
        groupEnds = false;
        if (!clientDeprecatesEof) {
            passOn();
            send(new EofPacket(0, before), (lastSequence + 1) & 0xff);
            shift++;
        }
        if (expect == Expect.PREPARED_PARAMETERS) {
            nextPrepared(expect);
        } else {
            expect = Expect.LAST_BODY;
        }
    }

    /** Goes to the next group of definitions when this one is empty. */
    private void nextPrepared(Expect group) {
        expect = group;
        if (definitions == 0 && group == Expect.PREPARED_PARAMETERS) {
            definitions = preparedColumns;
            expect = Expect.PREPARED_COLUMNS;
        }
        if (definitions == 0) {
            expect = Expect.LAST_BODY;
        }
    }

    /** Passes a packet on, as much of it as is there; the rest follows as it comes. */
    private void pass(int length) {
        lastSequence = (buffer.sequence() + shift) & 0xff;
        if (shift != 0) {
            buffer.setSequence(lastSequence);
        }
        buffer.advance(HEADER_BYTES);
        bodyLeft = length;
        continued = length == MAX_BODY_BYTES;
        untouched = false;
    }

    private void insertPendingEof() {
        if (eofPending) {
            eofPending = false;
            passOn();
            send(new EofPacket(0, before), (buffer.sequence() + shift) & 0xff);
            shift++;
        }
    }

    private void replace(int length, Payload payload) {
        passOn();
        send(payload, (buffer.sequence() + shift) & 0xff);
        buffer.skip(HEADER_BYTES + length);
    }

    private void send(Payload payload, int sequence) {
        ByteBuf packet = allocator.buffer();
        packet.writeZero(HEADER_BYTES);
        payload.write(packet);
        packet.setMediumLE(0, packet.readableBytes() - HEADER_BYTES);
        packet.setByte(3, sequence);
        lastSequence = sequence;
        untouched = false;
        sink.bytes(packet);
    }

    private void passOn() {
        ByteBuf bytes = buffer.take();
        if (bytes != null) {
            sink.bytes(bytes);
        }
    }
}
