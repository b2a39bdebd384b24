package io.shareddb.replication.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.shareddb.protocol.wire.Packets;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Payloads of known length, written piece by piece, as packets; collects them and sends many at once. One thread. */
final class PacketStream implements AutoCloseable {
    private static final int CHUNK_BYTES = 128 << 10;

    private final WriteWindow window;
    private final ByteBufAllocator allocator;
    private ByteBuf chunk;
    private int sequence = 1; // the answer to a command
    private long payloadRemaining;
    private int packetRemaining;
    private boolean full; // the packet has the greatest length, so another follows, even an empty one

    PacketStream(WriteWindow window, ByteBufAllocator allocator) {
        this.window = window;
        this.allocator = allocator;
        this.chunk = allocator.ioBuffer(CHUNK_BYTES);
    }

    /** A payload of {@code length} bytes follows. */
    void begin(long length) throws IOException {
        payloadRemaining = length;
        nextPacket();
    }

    private void nextPacket() throws IOException {
        if (chunk.readableBytes() >= CHUNK_BYTES) {
            flush();
        }
        packetRemaining = (int) Math.min(payloadRemaining, Packets.MAX_BODY_BYTES);
        full = packetRemaining == Packets.MAX_BODY_BYTES;
        payloadRemaining -= packetRemaining;
        Packets.writeHeader(chunk, packetRemaining, sequence++ & 0xff);
    }

    /** Some of its bytes, which stay the caller's and are read. */
    void write(ByteBuf bytes) throws IOException {
        while (bytes.isReadable()) {
            int length = step(bytes.readableBytes());
            chunk.writeBytes(bytes, length);
            stepped(length);
        }
    }

    /** Some of its bytes, which are read. */
    void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            int length = step(bytes.remaining());
            ByteBuffer piece = bytes.slice(bytes.position(), length);
            chunk.writeBytes(piece);
            bytes.position(bytes.position() + length);
            stepped(length);
        }
    }

    private int step(int wanted) {
        return Math.min(Math.min(wanted, packetRemaining), CHUNK_BYTES);
    }

    private void stepped(int length) throws IOException {
        packetRemaining -= length;
        if (packetRemaining == 0 && full) {
            nextPacket();
        } else if (chunk.readableBytes() >= CHUNK_BYTES) {
            flush();
        }
    }

    /** Sends what was collected. */
    void flush() throws IOException {
        if (chunk.isReadable()) {
            ByteBuf collected = chunk;
            chunk = allocator.ioBuffer(CHUNK_BYTES);
            window.send(collected);
        }
    }

    @Override
    public void close() {
        chunk.release();
    }
}
