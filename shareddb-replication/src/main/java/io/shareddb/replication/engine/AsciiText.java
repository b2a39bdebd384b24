package io.shareddb.replication.engine;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** Bytes as characters, one each. The buffer stays the caller's. */
record AsciiText(ByteBuf bytes, int start, int length) implements CharSequence {
    @Override
    public char charAt(int index) {
        return (char) bytes.getUnsignedByte(start + index);
    }

    @Override
    public CharSequence subSequence(int from, int to) {
        return new AsciiText(bytes, start + from, to - from);
    }

    @Override
    public String toString() {
        return bytes.toString(start, length, StandardCharsets.ISO_8859_1);
    }
}
