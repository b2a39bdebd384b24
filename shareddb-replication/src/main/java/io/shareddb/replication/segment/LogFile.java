package io.shareddb.replication.segment;

import java.io.IOException;
import java.nio.ByteBuffer;

/** One file. Reads are thread-safe and may run beside the one thread that writes. */
public interface LogFile extends AutoCloseable {
    long size() throws IOException;

    /** Reads up to {@code target.remaining()} bytes at {@code offset}; fewer only at the end of the file, -1 there. */
    int read(ByteBuffer target, long offset) throws IOException;

    /** Writes all of {@code source} at {@code offset}; the file grows as needed. */
    void write(ByteBuffer source, long offset) throws IOException;

    /** Cuts the file; happens wholly or not at all in a crash. */
    void truncate(long size) throws IOException;

    /** Makes contents durable ({@code fdatasync}). After an exception nothing is known about what is on disk. */
    void sync() throws IOException;

    @Override
    void close() throws IOException;
}
