package io.shareddb.replication.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Walks over the records of one segment file, in chunks. One thread. */
final class RecordScanner {
    /** Reads from the file that is scanned. */
    interface Source {
        int read(ByteBuffer target, long offset) throws IOException;
    }

    private final Source source;
    private ByteBuffer chunk;
    private long chunkOffset;
    private long offset;

    /** {@code chunkBytes} at a time; more for a record that is larger. */
    RecordScanner(Source source, long offset, int chunkBytes) {
        this.source = source;
        this.offset = offset;
        this.chunk = ByteBuffer.allocate(Math.max(chunkBytes, RecordFormat.HEADER_BYTES))
                .limit(0);
        this.chunkOffset = offset;
    }

    /** Where the next record begins. */
    long offset() {
        return offset;
    }

    void seek(long to) {
        offset = to;
    }

    /** The header at {@link #offset} if an intact record lies there and ends at or before {@code end}; else null. */
    RecordFormat.@Nullable Header peek(long end) throws IOException {
        if (!load(RecordFormat.HEADER_BYTES, end)) {
            return null;
        }
        RecordFormat.Header header = RecordFormat.header(chunk, at());
        if (header == null || !load(header.totalBytes(), end)) {
            return null;
        }
        return RecordFormat.intact(chunk, at(), header) ? header : null;
    }

    /** The payload of the record whose header was just peeked at: a copy. */
    ByteBuffer payload(RecordFormat.Header header) {
        byte[] bytes = new byte[header.length()];
        chunk.get(at() + RecordFormat.HEADER_BYTES, bytes);
        return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }

    /** Goes on behind the record whose header was just peeked at. */
    void skip(RecordFormat.Header header) {
        offset += header.totalBytes();
    }

    private int at() {
        return (int) (offset - chunkOffset);
    }

    /** Makes sure that {@code bytes} from the offset on are in the chunk; nothing behind {@code end} is kept. */
    private boolean load(int bytes, long end) throws IOException {
        if (offset + bytes > end) {
            return false;
        }
        if (offset >= chunkOffset && offset + bytes <= chunkOffset + chunk.limit()) {
            return true;
        }
        if (chunk.capacity() < bytes) {
            chunk = ByteBuffer.allocate(bytes);
        }
        chunk.clear().limit((int) Math.min(chunk.capacity(), end - offset));
        chunkOffset = offset;
        source.read(chunk, offset);
        chunk.flip();
        return chunk.limit() >= bytes;
    }
}
