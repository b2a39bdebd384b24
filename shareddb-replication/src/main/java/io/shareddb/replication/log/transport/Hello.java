package io.shareddb.replication.log.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.shareddb.replication.log.NodeId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * First frame of a connection, from the node that dialled.
 *
 * <pre>
 * int&lt;4&gt; magic 'SDBL' | int&lt;2&gt; version, 2 | int&lt;1&gt; length, cluster name | int&lt;1&gt; length, own id
 * | int&lt;1&gt; length, id of the node it wants
 * </pre>
 *
 * The listener answers {@code int<4> magic}. Then frames follow, from the dialler only. Each node dials each other one.
 *
 * @param cluster name of the cluster, 1 to 200 bytes of UTF-8
 * @param from the dialler
 * @param to whom it wants
 */
record Hello(String cluster, NodeId from, NodeId to) {
    static final int MAX_BYTES = 512;

    private static final int MAGIC = 0x5344424c;
    private static final short VERSION = 2;

    /** The frame with its length; owned by the caller. */
    ByteBuf frame() {
        ByteBuf out = Unpooled.buffer(MAX_BYTES).writeInt(0).writeInt(MAGIC).writeShort(VERSION);
        put(out, cluster);
        put(out, from.value());
        put(out, to.value());
        return out.setInt(0, out.readableBytes() - FrameDecoder.LENGTH_BYTES);
    }

    private static void put(ByteBuf out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeByte(bytes.length).writeBytes(bytes);
    }

    /**
     * Reads a first frame, which is whatever the peer sent. {@code frame} stays the caller's.
     *
     * @throws IllegalArgumentException if it is not such a frame
     */
    static Hello read(ByteBuf frame) {
        ByteBuffer in = frame.nioBuffer();
        if (in.remaining() < 6 || in.getInt() != MAGIC) {
            throw new IllegalArgumentException("not a node of a log");
        }
        short version = in.getShort();
        if (version != VERSION) {
            throw new IllegalArgumentException("protocol version " + version + " (expected: " + VERSION + ")");
        }
        Hello hello = new Hello(text(in), new NodeId(text(in)), new NodeId(text(in)));
        if (in.hasRemaining()) {
            throw new IllegalArgumentException(in.remaining() + " bytes too many");
        }
        return hello;
    }

    private static String text(ByteBuffer in) {
        int length = in.hasRemaining() ? in.get() & 0xff : -1;
        if (length < 1 || length > in.remaining()) {
            throw new IllegalArgumentException("cut short");
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** The answer with its length; owned by the caller. */
    static ByteBuf answer() {
        return Unpooled.buffer().writeInt(Integer.BYTES).writeInt(MAGIC);
    }

    static boolean isAnswer(ByteBuf frame) {
        return frame.readableBytes() == Integer.BYTES && frame.getInt(frame.readerIndex()) == MAGIC;
    }
}
