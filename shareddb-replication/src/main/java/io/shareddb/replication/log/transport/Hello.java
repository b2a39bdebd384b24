package io.shareddb.replication.log.transport;

import io.netty.buffer.ByteBuf;
import io.shareddb.replication.log.NodeId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * First frame of a connection, from the node that dialled.
 *
 * <pre>
 * int&lt;4&gt; magic 'SDBL' | int&lt;2&gt; version, 1 | int&lt;1&gt; length, cluster name | int&lt;1&gt; length, own id
 * | int&lt;1&gt; length, id of the node it wants | bytes&lt;32&gt; nonce
 * </pre>
 *
 * The listener answers {@code bytes<32> nonce | bytes<32> proof}, the dialler {@code bytes<32> proof}; both proofs are an HMAC-SHA256
 * over the role, this frame and the listener's nonce, so neither can be replayed or turned around. Then frames follow, from the
 * dialler only. Each node dials each other one.
 *
 * @param cluster name of the cluster, 1 to 200 bytes of UTF-8
 * @param from the dialler
 * @param to whom it wants
 * @param bytes the frame, as sent
 */
record Hello(String cluster, NodeId from, NodeId to, ByteBuffer bytes) {
    static final int NONCE_BYTES = 32;
    static final int PROOF_BYTES = 32;
    static final int MAX_BYTES = 512;

    private static final int MAGIC = 0x5344424c;
    private static final short VERSION = 1;

    static Hello of(String cluster, NodeId from, NodeId to, byte[] nonce) {
        ByteBuffer out = ByteBuffer.allocate(MAX_BYTES);
        out.putInt(MAGIC).putShort(VERSION);
        put(out, cluster);
        put(out, from.value());
        put(out, to.value());
        out.put(nonce);
        return new Hello(cluster, from, to, out.flip().asReadOnlyBuffer());
    }

    private static void put(ByteBuffer out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.put((byte) bytes.length).put(bytes);
    }

    /**
     * Reads a frame that may come from anybody. {@code frame} stays the caller's.
     *
     * @throws IllegalArgumentException if it is not such a frame
     */
    static Hello read(ByteBuf frame) {
        ByteBuffer bytes = ByteBuffer.allocate(frame.readableBytes());
        frame.getBytes(frame.readerIndex(), bytes);
        ByteBuffer in = bytes.flip().duplicate();
        if (in.remaining() < 6 || in.getInt() != MAGIC) {
            throw new IllegalArgumentException("not a node of a log");
        }
        short version = in.getShort();
        if (version != VERSION) {
            throw new IllegalArgumentException("protocol version " + version + " (expected: " + VERSION + ")");
        }
        String cluster = text(in);
        NodeId from = new NodeId(text(in));
        NodeId to = new NodeId(text(in));
        if (in.remaining() != NONCE_BYTES) {
            throw new IllegalArgumentException("nonce of " + in.remaining() + " bytes");
        }
        return new Hello(cluster, from, to, bytes.asReadOnlyBuffer());
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
}
