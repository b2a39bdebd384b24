package io.shareddb.server.proxy;

import static io.shareddb.protocol.wire.Packets.HEADER_BYTES;
import static io.shareddb.protocol.wire.Packets.MAX_BODY_BYTES;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.shareddb.protocol.packet.ErrPacket;
import org.jspecify.annotations.Nullable;

/**
 * What a client sends after its login. Hands out one command at a time; the next one waits until {@link #next}. Commands of up to
 * {@value #WHOLE_BYTES} bytes come whole; of longer ones only the beginning, and the rest passes through in pieces. Event
 * loop only.
 *
 * <pre>Idle → Busy → Idle,  Idle → Large (waiting → passing) → Busy → Idle,  Busy → File → Busy,  Busy → Answer → Busy</pre>
 */
final class CommandStream {
    /** Longest command that is looked at as a whole. */
    static final int WHOLE_BYTES = 1 << 20;

    /** Of a longer one, so much is looked at. */
    static final int HEAD_BYTES = 64 << 10;

    private enum Mode {
        IDLE,
        BUSY,
        /** A long command's head was handed out. */
        LARGE_WAITING,
        PASSING,
        FILE,
        /** One payload that is no command: an authentication answer. */
        ANSWER,
        CLOSED
    }

    /** Hears what the client wants. */
    interface Sink {
        /** A whole command, header and body; owned by this method. */
        void command(ByteBuf packet);

        /**
         * A long command begins.
         *
         * @param head the first {@value #HEAD_BYTES} bytes of it, without header; stays the caller's
         */
        void largeCommand(ByteBuf head);

        /** Packets, or pieces of them, of a long command or a file; owned by this method. */
        void pass(ByteBuf bytes);

        /** The long command or the file is complete; the client waits for the answer. */
        void passed();

        /** What a client says between two packets of an authentication; stays the caller's. */
        void answer(ByteBuf body);

        /** The client broke the protocol: tell it and close the connection. */
        void broken(ErrPacket error);
    }

    private final PacketBuffer buffer;
    private final long maxPayloadBytes;
    private final Sink sink;
    private Mode mode = Mode.IDLE;
    private int bodyLeft;
    private boolean lastBody;
    private boolean headerSeen;
    private boolean continued; // the packet, behind the header that comes next
    private long payloadBytes;
    private int lastSequence;
    private int shift;
    private boolean running;
    private boolean anySequence;

    CommandStream(ByteBufAllocator allocator, long maxPayloadBytes, Sink sink) {
        this.buffer = new PacketBuffer(allocator);
        this.maxPayloadBytes = maxPayloadBytes;
        this.sink = sink;
    }

    /** Takes any number from now on, and passes on the right one: within compressed packets engines do not look, and some clients err. */
    void takeAnySequence() {
        anySequence = true;
    }

    /** Number of the client's last packet. */
    int lastSequence() {
        return lastSequence;
    }

    /** Whether the client is in the middle of a long command or a file. */
    boolean passing() {
        return mode == Mode.PASSING || mode == Mode.FILE || mode == Mode.LARGE_WAITING;
    }

    /** Whether so much waits for the command at hand that no more should be read until it is answered. */
    boolean isFull() {
        return (mode == Mode.BUSY || mode == Mode.LARGE_WAITING) && buffer.available() > HEAD_BYTES;
    }

    /** Takes over {@code chunk}. */
    void feed(ByteBuf chunk) {
        if (mode == Mode.CLOSED) {
            chunk.release();
            return;
        }
        buffer.append(chunk);
        run();
    }

    /** The command is answered: goes on with the next one. */
    void next() {
        if (mode != Mode.CLOSED) {
            mode = Mode.IDLE;
            run();
        }
    }

    /** Changes four bytes of the long command before it passes, {@code offset} behind its first. */
    void setInt(int offset, int value) {
        if (mode == Mode.LARGE_WAITING) {
            buffer.setInt(HEADER_BYTES + offset, value);
        }
    }

    /** The long command may pass. */
    void passLarge() {
        mode = Mode.PASSING;
        bodyLeft = 0;
        lastBody = false;
        headerSeen = false;
        continued = false;
        payloadBytes = 0;
        shift = 0;
        lastSequence = 0xff;
        run();
    }

    /** What is left of the long command may pass, to nowhere. */
    void discardLarge() {
        if (mode == Mode.LARGE_WAITING) {
            passLarge();
        }
    }

    /**
     * The client sends a file now.
     *
     * @param lastServerSequence number of the packet that asked for it, as the client saw it
     * @param shift by how much the engine's numbers are lower
     */
    void passFile(int lastServerSequence, int shift) {
        mode = Mode.FILE;
        bodyLeft = 0;
        lastBody = false;
        headerSeen = false;
        continued = false;
        this.shift = shift;
        lastSequence = lastServerSequence;
        run();
    }

    /** The next payload answers packet {@code lastServerSequence} of ours. */
    void expectAnswer(int lastServerSequence) {
        mode = Mode.ANSWER;
        lastSequence = lastServerSequence;
        run();
    }

    /** Forgets everything, and what comes. */
    void close() {
        mode = Mode.CLOSED;
        buffer.clear();
    }

    private void run() {
        if (running) {
            return;
        }
        running = true;
        try {
            boolean progress = true;
            while (progress) {
                progress = switch (mode) {
                    case IDLE -> command();
                    case PASSING, FILE -> pass();
                    case ANSWER -> answer();
                    case BUSY, LARGE_WAITING, CLOSED -> false;
                };
            }
        } finally {
            running = false;
        }
        passOn();
    }

    private boolean command() {
        if (buffer.available() < HEADER_BYTES) {
            return false;
        }
        int length = buffer.bodyLength();
        if (buffer.sequence() != 0) {
            if (!anySequence) {
                return broken(ProxyErrors.outOfOrder(buffer.sequence()));
            }
            buffer.setSequence(0);
        }
        if (length == 0) {
            return broken(ProxyErrors.malformed("empty command"));
        }
        if (length > maxPayloadBytes) {
            return broken(ProxyErrors.tooLarge(maxPayloadBytes));
        }
        if (length > WHOLE_BYTES) {
            if (buffer.available() < HEADER_BYTES + HEAD_BYTES) {
                return false;
            }
            mode = Mode.LARGE_WAITING;
            sink.largeCommand(buffer.view(HEADER_BYTES, HEAD_BYTES));
            return true;
        }
        if (buffer.available() < HEADER_BYTES + length) {
            return false;
        }
        buffer.advance(HEADER_BYTES + length);
        lastSequence = 0;
        mode = Mode.BUSY;
        ByteBuf packet = buffer.take();
        if (packet != null) {
            sink.command(packet);
        }
        return true;
    }

    private boolean pass() {
        if (bodyLeft > 0) {
            int count = Math.min(bodyLeft, buffer.available());
            buffer.advance(count);
            bodyLeft -= count;
            return bodyLeft == 0;
        }
        if (headerSeen && lastBody) {
            passOn();
            mode = Mode.BUSY;
            sink.passed();
            return true;
        }
        if (buffer.available() < HEADER_BYTES) {
            return false;
        }
        int expected = (lastSequence + 1) & 0xff;
        boolean right = buffer.sequence() == expected;
        if (!right && !anySequence) {
            return broken(
                    ProxyErrors.malformed("sequence number " + buffer.sequence() + " (expected: " + expected + ")"));
        }
        int length = buffer.bodyLength();
        payloadBytes += length;
        if (mode == Mode.PASSING && payloadBytes > maxPayloadBytes) {
            return broken(ProxyErrors.tooLarge(maxPayloadBytes));
        }
        lastSequence = expected;
        if (shift != 0 || !right) {
            buffer.setSequence((expected - shift) & 0xff);
        }
        headerSeen = true;
        boolean packetEnds = length < MAX_BODY_BYTES;
        boolean empty = length == 0 && !continued;
        lastBody = packetEnds && (mode == Mode.PASSING || empty); // an empty packet ends a file, an empty rest does not
        continued = !packetEnds;
        bodyLeft = length;
        buffer.advance(HEADER_BYTES);
        return true;
    }

    private boolean answer() {
        if (buffer.available() < HEADER_BYTES) {
            return false;
        }
        int length = buffer.bodyLength();
        int expected = (lastSequence + 1) & 0xff;
        if ((buffer.sequence() != expected && !anySequence) || length > HEAD_BYTES) {
            return broken(ProxyErrors.malformed("no answer to the authentication"));
        }
        if (buffer.available() < HEADER_BYTES + length) {
            return false;
        }
        lastSequence = expected;
        mode = Mode.BUSY;
        ByteBuf body = buffer.view(HEADER_BYTES, length).retain();
        try {
            buffer.skip(HEADER_BYTES + length);
            sink.answer(body);
        } finally {
            body.release();
        }
        return true;
    }

    private boolean broken(ErrPacket error) {
        close();
        sink.broken(error);
        return false;
    }

    private void passOn() {
        if (mode == Mode.PASSING || mode == Mode.FILE) {
            @Nullable ByteBuf bytes = buffer.take();
            if (bytes != null) {
                sink.pass(bytes);
            }
        }
    }
}
