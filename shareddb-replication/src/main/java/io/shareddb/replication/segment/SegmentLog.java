package io.shareddb.replication.segment;

import io.shareddb.replication.log.LogCorruptException;
import io.shareddb.replication.log.LogSegment;
import io.shareddb.replication.log.Position;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Records with consecutive indexes in segment files: appended at the end, cut from the end, deleted from the start by whole files.
 *
 * <p>One thread (the log's) changes it; reading is thread-safe and sees what {@link #write} has handed to the file system. Appended
 * records wait in a buffer, so that a batch costs one write and one sync. Layouts: {@link SegmentHeader}, {@link RecordFormat};
 * what a crash can do and how it is recovered: {@link SegmentRecovery}.
 *
 * <p>After an {@link IOException} of any changing method nothing is known about what is on disk, so all later ones fail too.
 */
public final class SegmentLog implements AutoCloseable {
    static final String TEMPORARY = AtomicFile.TEMPORARY;

    private static final int MAX_INITIAL_BUFFER_BYTES = 256 << 10;

    private final Disk disk;
    private final ReadHandles handles;
    private final SegmentPreparer preparer;
    private final NewestSegment newest;
    private final int segmentBytes;

    /** By first index, without gaps between them; readers look up here. */
    private final ConcurrentSkipListMap<Long, Segment> segments;

    private Segment active;
    private LogFile activeFile;
    private ByteBuffer buffer;
    private int bufferOffset;
    private long lastTerm;
    private int lastChecksum;
    private boolean failed;
    private volatile long lastIndex;
    private volatile long writtenIndex;
    private volatile long durableIndex;

    SegmentLog(Disk disk, int segmentBytes, SegmentPreparer preparer, SegmentRecovery.Recovered recovered) {
        this.disk = disk;
        this.segmentBytes = segmentBytes;
        this.preparer = preparer;
        this.newest = recovered.newest();
        this.handles = recovered.handles();
        this.segments = recovered.segments();
        this.active = recovered.active();
        this.activeFile = recovered.activeFile();
        this.buffer = ByteBuffer.allocateDirect(Math.min(segmentBytes, MAX_INITIAL_BUFFER_BYTES));
        this.bufferOffset = active.writtenEnd;
        this.lastIndex = recovered.lastIndex();
        this.lastTerm = recovered.lastTerm();
        this.lastChecksum = recovered.lastChecksum();
        this.writtenIndex = lastIndex;
        this.durableIndex = lastIndex;
    }

    /** Gets every record from a given index on while the log is opened. */
    public interface Visitor {
        void record(LogRecord entry, Location location);
    }

    /**
     * Opens the log, cuts a torn tail, and tells {@code visitor} every record after {@code base}.
     *
     * @param segmentBytes size of a file, 1 KB to 1 GB; a larger record gets a file of its own
     * @param background makes the next file ahead of its use
     * @param base the newest position that is known to be on disk; an empty log begins after it
     * @param replaced whether {@code base} came from elsewhere: files that end before it are of no use and deleted
     * @throws LogCorruptException if anything but a torn tail is wrong
     */
    public static SegmentLog open(
            Disk disk, int segmentBytes, Executor background, Position base, boolean replaced, Visitor visitor)
            throws IOException {
        if (segmentBytes < 1 << 10 || segmentBytes > 1 << 30) {
            throw new IllegalArgumentException("segmentBytes: " + segmentBytes + " (expected: 1 KB to 1 GB)");
        }
        SegmentPreparer preparer = new SegmentPreparer(disk, segmentBytes, background);
        return new SegmentLog(
                disk, segmentBytes, preparer, new SegmentRecovery(disk, preparer, base, replaced, visitor).recover());
    }

    /**
     * Appends a record; it is in memory until {@link #write} or {@link #sync}.
     *
     * @param index {@link #lastIndex} + 1
     * @param term at least {@link #lastTerm}
     * @param payload at most 4 MB; stays as it is
     */
    public Location append(long index, long term, int kind, ByteBuffer payload) throws IOException {
        checkUsable();
        if (index != lastIndex + 1 || term < lastTerm) {
            throw new IllegalArgumentException("append: index=" + index + " term=" + term + " (expected: index "
                    + (lastIndex + 1) + ", term at least " + lastTerm + ")");
        }
        if (payload.remaining() > RecordFormat.MAX_PAYLOAD_BYTES || (kind & ~0xff) != 0) {
            throw new IllegalArgumentException("append: " + payload.remaining() + " bytes of kind " + kind
                    + " (expected: at most " + RecordFormat.MAX_PAYLOAD_BYTES + ", 0 to 255)");
        }
        int total = RecordFormat.totalBytes(payload.remaining());
        int offset = bufferOffset + buffer.position();
        if (offset + total > segmentBytes && offset > SegmentHeader.BYTES) {
            roll();
            offset = bufferOffset;
        }
        reserve(total);
        lastChecksum = RecordFormat.write(buffer, index, term, kind, durableIndex, lastChecksum, payload);
        lastIndex = index;
        lastTerm = term;
        sparse(active).add(index, offset);
        return new Location(active.firstIndex(), offset, payload.remaining());
    }

    private void reserve(int bytes) throws IOException {
        if (buffer.remaining() < bytes) {
            write();
            if (buffer.capacity() < bytes) {
                buffer = ByteBuffer.allocateDirect(bytes);
            }
        }
    }

    /** Hands what was appended to the file system, with one call; a crash of the machine may still lose it. */
    public void write() throws IOException {
        checkUsable();
        if (buffer.position() == 0) {
            return;
        }
        try {
            int bytes = buffer.position();
            buffer.flip();
            activeFile.write(buffer, bufferOffset);
            buffer.clear();
            bufferOffset += bytes;
        } catch (IOException e) {
            failed = true;
            throw e;
        }
        active.writtenEnd = bufferOffset;
        writtenIndex = lastIndex;
        if (bufferOffset > segmentBytes / 2) {
            preparer.prepare();
        }
    }

    /** Makes everything that was appended durable. */
    public void sync() throws IOException {
        write();
        if (durableIndex == lastIndex) {
            return;
        }
        try {
            activeFile.sync();
        } catch (IOException e) {
            failed = true;
            throw e;
        }
        durableIndex = lastIndex;
    }

    private void roll() throws IOException {
        sync();
        try {
            activeFile.close();
            startSegment(new SegmentHeader(lastIndex + 1, lastTerm, lastChecksum));
        } catch (IOException e) {
            failed = true;
            throw e;
        }
    }

    private void startSegment(SegmentHeader header) throws IOException {
        activeFile = preparer.start(header, false);
        newest.save(new NewestSegment.State(header.firstIndex(), activeFile.size()));
        active = new Segment(header, SegmentHeader.BYTES, new SparseIndex());
        bufferOffset = SegmentHeader.BYTES;
        segments.put(active.firstIndex(), active);
    }

    /**
     * Removes the records from {@code index} on; durable when this returns.
     *
     * @param index from {@link #firstIndex} to {@link #lastIndex}
     */
    public void truncateFrom(long index) throws IOException {
        if (index < firstIndex() || index > lastIndex) {
            throw new IllegalArgumentException(
                    "truncateFrom: " + index + " (expected: " + firstIndex() + " to " + lastIndex + ")");
        }
        write();
        try {
            cut(index);
        } catch (IOException e) {
            failed = true;
            throw e;
        }
    }

    /** From the end, step by step durable: a crash leaves a prefix of what there was. */
    private void cut(long index) throws IOException {
        activeFile.close();
        durableIndex = Math.min(durableIndex, index - 1);
        Map.Entry<Long, Segment> left = segments.lowerEntry(index);
        newest.save(left == null ? NewestSegment.State.NONE : new NewestSegment.State(left.getKey(), 0));
        Segment last = segments.lastEntry().getValue();
        while (last.firstIndex() >= index) {
            segments.remove(last.firstIndex());
            handles.drop(last.name);
            disk.delete(last.name);
            disk.syncNames();
            lastTerm = last.header.previousTerm();
            lastChecksum = last.header.previousChecksum();
            if (last.firstIndex() == index) {
                break;
            }
            last = segments.lastEntry().getValue();
        }
        if (last.firstIndex() < index) {
            cut(last, index);
        }
        lastIndex = index - 1;
        writtenIndex = lastIndex;
        // A file of its own again: the rest of the cut one is no longer on disk ahead of its use.
        startSegment(new SegmentHeader(index, lastTerm, lastChecksum));
    }

    private void cut(Segment segment, long index) throws IOException {
        RecordScanner scanner = scanner(segment, sparse(segment).floor(index - 1));
        RecordFormat.Header before = scanner.peek(segment.writtenEnd);
        while (before != null && before.index() < index - 1) {
            scanner.skip(before);
            before = scanner.peek(segment.writtenEnd);
        }
        if (before == null || before.index() != index - 1) {
            throw new LogCorruptException("cannot cut from entry " + index + ": entry " + (index - 1)
                    + " is not to be found in " + describe(segment));
        }
        scanner.skip(before);
        try (LogFile file = disk.open(segment.name)) {
            file.truncate(scanner.offset());
            file.sync();
        }
        segment.writtenEnd = (int) scanner.offset();
        sparse(segment).cut(index);
        lastTerm = before.term();
        lastChecksum = before.checksum();
    }

    /** Deletes whole files whose records all are at or before {@code index}; the newest file stays. */
    public void deleteUpTo(long index) throws IOException {
        checkUsable();
        boolean deleted = false;
        while (segments.size() > 1) {
            Map.Entry<Long, Segment> first = segments.firstEntry();
            Long second = segments.higherKey(first.getKey());
            if (second == null || second - 1 > index) {
                break;
            }
            segments.remove(first.getKey());
            handles.drop(first.getValue().name);
            disk.delete(first.getValue().name);
            deleted = true;
        }
        if (deleted) {
            disk.syncNames();
        }
    }

    /** First index that can be read; {@link #lastIndex} + 1 if there is none. */
    public long firstIndex() {
        Map.Entry<Long, Segment> first = segments.firstEntry();
        return first == null ? lastIndex + 1 : first.getKey(); // none for an instant, while all of it is cut
    }

    /** Last index appended; {@link #firstIndex} - 1 if there is none. */
    public long lastIndex() {
        return lastIndex;
    }

    /** Last index that can be read. */
    public long writtenIndex() {
        return writtenIndex;
    }

    /** Last index that survives a crash. */
    public long durableIndex() {
        return durableIndex;
    }

    /** Term of the last record. */
    public long lastTerm() {
        return lastTerm;
    }

    /** All files, oldest first; thread-safe. */
    public List<LogSegment> files() {
        return segments.values().stream()
                .map(segment -> new LogSegment(segment.firstIndex(), segment.writtenEnd))
                .toList();
    }

    /** First index of each file, oldest first; thread-safe. */
    public List<Long> firstIndexes() {
        return List.copyOf(segments.keySet());
    }

    /** Reads from {@code fromIndex} on. Thread-safe to ask for. */
    public SegmentReader reader(long fromIndex) {
        return new SegmentReader(this, fromIndex, false);
    }

    /** Reads one record, which must be written and not deleted; thread-safe. */
    public LogRecord read(long index) throws IOException {
        LogRecord entry = new SegmentReader(this, index, true).next();
        if (entry == null) {
            throw new IllegalStateException("entry " + index + " is not there; the last one is " + writtenIndex);
        }
        return entry;
    }

    /**
     * Reads a payload by its handle; thread-safe.
     *
     * @throws LogCorruptException if something else lies there
     */
    public ByteBuffer read(Location location, long index, long term) throws IOException {
        String name = Segment.name(location.segment());
        ByteBuffer bytes = ByteBuffer.allocate(RecordFormat.totalBytes(location.length()));
        int count = handles.read(name, bytes, location.offset());
        RecordFormat.Header header = count < bytes.capacity() ? null : RecordFormat.header(bytes, 0);
        if (header == null
                || header.index() != index
                || header.term() != term
                || header.length() != location.length()
                || !RecordFormat.intact(bytes, 0, header)) {
            throw new LogCorruptException("entry " + index + " of term " + term + " is not at offset "
                    + location.offset() + " of " + disk.describe() + "/" + name);
        }
        return bytes.slice(RecordFormat.HEADER_BYTES, header.length()).asReadOnlyBuffer();
    }

    private void checkUsable() throws IOException {
        if (failed) {
            throw new IOException("an earlier write to " + disk.describe() + " failed; its outcome is unknown");
        }
    }

    @Nullable
    Segment segmentOf(long index) {
        Map.Entry<Long, Segment> entry = segments.floorEntry(index);
        return entry == null ? null : entry.getValue();
    }

    int segmentBytes() {
        return segmentBytes;
    }

    ReadHandles handles() {
        return handles;
    }

    String describe(Segment segment) {
        return disk.describe() + "/" + segment.name;
    }

    private RecordScanner scanner(Segment segment, long offset) {
        return new RecordScanner(
                (target, at) -> handles.read(segment.name, target, at), offset, Math.min(segmentBytes, 256 << 10));
    }

    /** The segment's sparse index; built now, by reading all of the file, if it was not needed before. */
    SparseIndex sparse(Segment segment) throws IOException {
        SparseIndex known = segment.sparse;
        if (known != null) {
            return known;
        }
        SparseIndex built = new SparseIndex();
        Long next = segments.higherKey(segment.firstIndex());
        RecordScanner scanner = scanner(segment, SegmentHeader.BYTES);
        for (long index = segment.firstIndex(); next != null && index < next; index++) {
            RecordFormat.Header header = scanner.peek(segment.writtenEnd);
            if (header == null || header.index() != index) {
                throw new LogCorruptException(
                        "entry " + index + " should be at offset " + scanner.offset() + " of " + describe(segment));
            }
            built.add(index, (int) scanner.offset());
            scanner.skip(header);
        }
        segment.sparse = built;
        return built;
    }

    /** Closes the files; what was not synced may be lost. */
    @Override
    public void close() throws IOException {
        handles.close();
        activeFile.close();
        preparer.close();
    }
}
