package io.shareddb.replication.segment;

import io.shareddb.replication.log.LogCorruptException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/** Reads records in order, while others are written. One thread at a time. */
public final class SegmentReader {
    private static final int CHUNK_BYTES = 256 << 10;

    private final SegmentLog log;
    private final int chunkBytes;
    private long nextIndex;
    private @Nullable Segment segment;
    private @Nullable RecordScanner scanner;

    SegmentReader(SegmentLog log, long fromIndex, boolean single) {
        this.log = log;
        this.nextIndex = fromIndex;
        this.chunkBytes = single ? 4 << 10 : Math.min(CHUNK_BYTES, log.segmentBytes());
    }

    /** Index of the record that {@link #next} returns next. */
    public long nextIndex() {
        return nextIndex;
    }

    /**
     * The next record, if it was written already.
     *
     * @throws IllegalStateException if it was deleted
     * @throws LogCorruptException if its file is damaged
     */
    public @Nullable LogRecord next() throws IOException {
        if (nextIndex > log.writtenIndex()) {
            return null;
        }
        try {
            return readNext();
        } catch (ClosedChannelException e) {
            throw e; // the log is closed
        } catch (IOException e) {
            Segment current = log.segmentOf(nextIndex);
            if (current == null) {
                throw deleted(e); // just now
            }
            throw new LogCorruptException(
                    "cannot read entry " + nextIndex + " in " + log.describe(current) + ": " + e, e);
        }
    }

    private LogRecord readNext() throws IOException {
        Segment current = log.segmentOf(nextIndex);
        if (current == null) {
            throw deleted(null);
        }
        RecordScanner scan = scanner;
        if (scan == null || current != segment) {
            scan = new RecordScanner(
                    (target, offset) -> log.handles().read(current.name, target, offset),
                    log.sparse(current).floor(nextIndex),
                    chunkBytes);
            scanner = scan;
            segment = current;
        }
        while (true) {
            RecordFormat.Header header = scan.peek(current.writtenEnd);
            if (header == null || header.index() > nextIndex) {
                throw new LogCorruptException("cannot read entry " + nextIndex + " at offset " + scan.offset() + " of "
                        + log.describe(current) + ": "
                        + (header == null ? "no intact record there" : "entry " + header.index() + " is there"));
            }
            if (header.index() == nextIndex) {
                LogRecord entry = new LogRecord(header.index(), header.term(), header.kind(), scan.payload(header));
                scan.skip(header);
                nextIndex++;
                return entry;
            }
            scan.skip(header);
        }
    }

    private IllegalStateException deleted(@Nullable Throwable cause) {
        return new IllegalStateException(
                "entry " + nextIndex + " was deleted; the log begins at " + log.firstIndex(), cause);
    }
}
