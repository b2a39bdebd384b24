package io.shareddb.protocol.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * A few bytes as a value: immutable, equal by content, thread-safe. For nonces, hashes and other short binary fields;
 * rows and events stay in {@link ByteBuf}s. {@link #toString()} shows the length alone, since the content may be secret.
 */
public final class Bytes {
    /** No bytes. */
    public static final Bytes EMPTY = new Bytes(new byte[0]);

    private final byte[] content;

    private Bytes(byte[] content) {
        this.content = content;
    }

    /** Copies {@code content}. */
    public static Bytes of(byte[] content) {
        return content.length == 0 ? EMPTY : new Bytes(content.clone());
    }

    /** Copies the readable bytes of {@code buffer}, which stays the caller's and unread. */
    public static Bytes of(ByteBuf buffer) {
        return buffer.isReadable() ? new Bytes(ByteBufUtil.getBytes(buffer)) : EMPTY;
    }

    /** The UTF-8 form of {@code text}. */
    public static Bytes utf8(String text) {
        return new Bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The bytes of a hexadecimal dump without separators.
     *
     * @throws IllegalArgumentException if {@code dump} is not one
     */
    public static Bytes hex(String dump) {
        return new Bytes(ByteBufUtil.decodeHexDump(dump));
    }

    public int length() {
        return content.length;
    }

    public boolean isEmpty() {
        return content.length == 0;
    }

    /**
     * The byte at {@code index}, 0 to 255.
     *
     * @throws IndexOutOfBoundsException if there is none
     */
    public int at(int index) {
        return content[index] & 0xff;
    }

    /** A copy of the bytes from {@code start} up to, not including, {@code end}. */
    public Bytes slice(int start, int end) {
        return new Bytes(Arrays.copyOfRange(content, start, Math.min(end, content.length)));
    }

    /** These bytes, then {@code other}. */
    public Bytes plus(Bytes other) {
        byte[] joined = Arrays.copyOf(content, content.length + other.content.length);
        System.arraycopy(other.content, 0, joined, content.length, other.content.length);
        return new Bytes(joined);
    }

    /** A copy, the caller's. */
    public byte[] toByteArray() {
        return content.clone();
    }

    /** A read-only view without a copy; needs no release. */
    public ByteBuf toByteBuf() {
        return Unpooled.wrappedBuffer(content).asReadOnly();
    }

    /** Appends the bytes to {@code out}. */
    public void write(ByteBuf out) {
        out.writeBytes(content);
    }

    /** The bytes as text. */
    public String toString(Charset charset) {
        return new String(content, charset);
    }

    /** The bytes in lower-case hexadecimal. */
    public String toHex() {
        return ByteBufUtil.hexDump(content);
    }

    /** Equality whose duration does not depend on where the first difference is. */
    public boolean equalsInConstantTime(Bytes other) {
        return MessageDigest.isEqual(content, other.content);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes bytes && Arrays.equals(content, bytes.content);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(content);
    }

    @Override
    public String toString() {
        return "Bytes[" + content.length + "]";
    }
}
