package io.shareddb.replication.log.raft;

import io.shareddb.replication.log.LogCorruptException;
import io.shareddb.replication.log.LogCursor;
import io.shareddb.replication.log.LogEntry;
import io.shareddb.replication.log.Position;
import io.shareddb.replication.segment.LogRecord;
import io.shareddb.replication.segment.SegmentLog;
import io.shareddb.replication.segment.SegmentReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads committed entries from the segment files, old and new alike. One thread. */
final class SegmentCursor implements LogCursor {
    private final SegmentLog segments;
    private final SegmentReader reader;
    private final StateBoard board;
    private final Consumer<LogCorruptException> onDamage;

    /** {@code onDamage} hears what cannot be read, on the reader's thread, before the reader does. */
    SegmentCursor(SegmentLog segments, StateBoard board, long fromIndex, Consumer<LogCorruptException> onDamage) {
        this.segments = segments;
        this.board = board;
        this.onDamage = onDamage;
        this.reader = segments.reader(fromIndex);
    }

    private record ReadEntry(Position position, ByteBuffer bytes) implements LogEntry {
        @Override
        public ByteBuffer payload() {
            return bytes.duplicate();
        }
    }

    @Override
    public @Nullable LogEntry next(Duration timeout) throws InterruptedException {
        long index = reader.nextIndex();
        long left = timeout.toNanos();
        while (board.commitIndex() < index) {
            if (left <= 0 || board.isClosed()) {
                return null;
            }
            left = board.awaitCommitted(index, left);
        }
        // A leader may learn that others have an entry before it has written its own copy.
        while (segments.writtenIndex() < index) {
            if (left <= 0 || board.isClosed()) {
                return null;
            }
            left = board.awaitBriefly(left);
        }
        try {
            LogRecord entry = reader.next();
            return entry == null ? null : entry(entry);
        } catch (LogCorruptException e) {
            onDamage.accept(e);
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read entry " + index, e);
        }
    }

    private static LogEntry entry(LogRecord entry) {
        ByteBuffer payload = entry.kind() == EntryKind.APPLICATION
                ? entry.payload()
                : ByteBuffer.allocate(0).asReadOnlyBuffer();
        return new ReadEntry(new Position(entry.term(), entry.index()), payload);
    }

    @Override
    public void close() {
        // The files belong to the log.
    }
}
