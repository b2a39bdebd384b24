package io.shareddb.replication.log.raft;

import io.shareddb.replication.log.LogEntry;
import io.shareddb.replication.log.Position;
import io.shareddb.replication.segment.Location;
import io.shareddb.replication.segment.SegmentLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An entry as memory holds it: its bytes while it is fresh, then only where they are on disk. Changed by the log's thread, read by
 * any.
 */
final class EntryData implements LogEntry {
    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0).asReadOnlyBuffer();

    private final int kind;
    private final int length;
    private long index;
    private long term;
    private @Nullable SegmentLog segments;
    private @Nullable Location location;

    /** Written last when it becomes null, so that whoever sees that sees the location too. */
    private volatile @Nullable ByteBuffer payload;

    /** {@code payload} belongs to the entry from now on. */
    EntryData(int kind, ByteBuffer payload) {
        this.kind = kind;
        this.length = payload.remaining();
        this.payload = payload;
    }

    /** An entry that is on disk already; {@link #stored} must follow. */
    static EntryData onDisk(int kind, int length) {
        return new EntryData(kind, length);
    }

    private EntryData(int kind, int length) {
        this.kind = kind;
        this.length = length;
    }

    static EntryData newTerm() {
        return new EntryData(EntryKind.NEW_TERM, EMPTY);
    }

    int kind() {
        return kind;
    }

    int length() {
        return length;
    }

    void place(long atIndex, long inTerm) {
        index = atIndex;
        term = inTerm;
    }

    void stored(SegmentLog in, Location at) {
        segments = in;
        location = at;
    }

    /** Forgets the bytes; they can be read from disk. */
    void evict() {
        payload = null;
    }

    @Override
    public Position position() {
        return new Position(term, index);
    }

    @Override
    public ByteBuffer payload() {
        return kind == EntryKind.APPLICATION ? bytes() : EMPTY.duplicate();
    }

    /** The bytes of an entry of any kind; read-only. */
    ByteBuffer bytes() {
        ByteBuffer fresh = payload;
        if (fresh != null) {
            return fresh.asReadOnlyBuffer();
        }
        SegmentLog in = segments;
        Location at = location;
        if (in == null || at == null) {
            throw new IllegalStateException("entry " + index + " is neither in memory nor on disk");
        }
        try {
            return in.read(at, index, term);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read entry " + index, e);
        }
    }

    @Override
    public String toString() {
        return "entry " + index + " of term " + term + ", kind " + kind + ", " + length + " bytes";
    }
}
