package io.shareddb.replication.archive;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Writes what {@link FieldReader} reads; grows as needed. One thread. */
final class FieldWriter {
    private ByteBuffer target;

    FieldWriter(int expectedBytes) {
        target = ByteBuffer.allocate(expectedBytes);
    }

    FieldWriter int1(int value) {
        room(1).put((byte) value);
        return this;
    }

    FieldWriter int4(int value) {
        room(4).putInt(value);
        return this;
    }

    FieldWriter int8(long value) {
        room(8).putLong(value);
        return this;
    }

    FieldWriter text(String value) {
        return bytes(StandardCharsets.UTF_8.encode(value));
    }

    /** {@code value} keeps its position and limit. */
    FieldWriter bytes(ByteBuffer value) {
        int4(value.remaining());
        room(value.remaining()).put(value.duplicate());
        return this;
    }

    /** What was written; this writer is not used afterwards. */
    ByteBuffer finish() {
        return target.flip();
    }

    private ByteBuffer room(int bytes) {
        if (target.remaining() < bytes) {
            int needed = Math.addExact(target.position(), bytes);
            ByteBuffer larger = ByteBuffer.allocate(Math.max(needed, (int) Math.min(2L * target.capacity(), 1 << 30)));
            target = larger.put(target.flip());
        }
        return target;
    }
}
