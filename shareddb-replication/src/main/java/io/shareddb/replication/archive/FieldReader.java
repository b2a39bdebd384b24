package io.shareddb.replication.archive;

import io.shareddb.replication.log.LogCorruptException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Reads the fields of an archive record: integers are big endian, {@code text} and {@code bytes} are an {@code int<4>} length and so
 * many bytes (UTF-8). Every length is checked before anything is allocated. One thread.
 */
final class FieldReader {
    private final ByteBuffer source;

    /** {@code source} keeps its own position and limit. */
    FieldReader(ByteBuffer source) {
        this.source = source.duplicate();
    }

    int int1() {
        require(1);
        return source.get() & 0xff;
    }

    int int4() {
        require(4);
        return source.getInt();
    }

    long int8() {
        require(8);
        return source.getLong();
    }

    String text() {
        return StandardCharsets.UTF_8.decode(bytes()).toString();
    }

    /** A read-only view of the bytes. */
    ByteBuffer bytes() {
        int length = int4();
        require(length);
        ByteBuffer slice = source.slice(source.position(), length).asReadOnlyBuffer();
        source.position(source.position() + length);
        return slice;
    }

    boolean atEnd() {
        return !source.hasRemaining();
    }

    void end() {
        if (!atEnd()) {
            throw new LogCorruptException("record has " + source.remaining() + " bytes after its end");
        }
    }

    private void require(int length) {
        if (length < 0 || length > source.remaining()) {
            throw new LogCorruptException(
                    "record ends early: field of " + length + " bytes, " + source.remaining() + " left");
        }
    }
}
