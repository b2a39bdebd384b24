package io.shareddb.replication.segment;

import io.shareddb.replication.log.LogCorruptException;
import io.shareddb.replication.log.Position;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens segment files after a clean stop or a crash. Used once.
 *
 * <p>A file is synced before the next one is made, so only the newest can have a torn tail: records that were written and not synced,
 * of which a crash may keep any part. Everything from the first record that is not intact is cut, unless something shows that more
 * was on disk: an intact record further on that was written when the missing one was known to be durable, an intact record out of
 * sequence, or a known position (a marker's) beyond. Then the disk lost what it had promised to keep, and the log is corrupt.
 *
 * <p>Files before the one that holds the first wanted record are not read; they are checked when somebody reads them.
 */
final class SegmentRecovery {
    private static final Logger log = LoggerFactory.getLogger(SegmentRecovery.class);

    /** What the log goes on with. */
    record Recovered(
            NewestSegment newest,
            ReadHandles handles,
            ConcurrentSkipListMap<Long, Segment> segments,
            Segment active,
            LogFile activeFile,
            long lastIndex,
            long lastTerm,
            int lastChecksum) {}

    private final Disk disk;
    private final SegmentPreparer preparer;
    private final Position base;
    private final boolean replaced;
    private final SegmentLog.Visitor visitor;
    private final NewestSegment newest;
    private final ReadHandles handles;
    private final ConcurrentSkipListMap<Long, Segment> segments = new ConcurrentSkipListMap<>();
    private long lastIndex;
    private long lastTerm;
    private int lastChecksum;

    SegmentRecovery(Disk disk, SegmentPreparer preparer, Position base, boolean replaced, SegmentLog.Visitor visitor)
            throws IOException {
        this.disk = disk;
        this.preparer = preparer;
        this.base = base;
        this.replaced = replaced;
        this.visitor = visitor;
        this.newest = NewestSegment.open(disk);
        this.handles = new ReadHandles(disk);
        this.lastIndex = base.index();
        this.lastTerm = base.term();
    }

    Recovered recover() throws IOException {
        // A killed process leaves names and bytes that a crash of the machine could still take back: make them durable
        // first.
        disk.syncNames();
        List<Long> firsts = new ArrayList<>();
        for (String name : disk.list()) {
            OptionalLong first = Segment.firstIndex(name);
            if (name.endsWith(SegmentLog.TEMPORARY)) {
                disk.delete(name);
            } else if (first.isPresent()) {
                firsts.add(first.getAsLong());
            }
        }
        checkNewest(firsts);
        boolean tailClean = firsts.isEmpty() || read(firsts);
        if (!firsts.isEmpty() && lastIndex < base.index()) {
            if (!replaced) {
                throw new LogCorruptException("the log in " + disk.describe() + " ends at entry " + lastIndex
                        + ", but was on disk up to entry " + base.index());
            }
            erase();
            tailClean = true;
        }
        Segment last = segments.isEmpty() ? null : segments.lastEntry().getValue();
        if (last != null && tailClean) {
            LogFile file = disk.open(last.name);
            file.sync();
            newest.save(new NewestSegment.State(last.firstIndex(), file.size()));
            return new Recovered(newest, handles, segments, last, file, lastIndex, lastTerm, lastChecksum);
        }
        SegmentHeader header = new SegmentHeader(lastIndex + 1, lastTerm, lastChecksum);
        LogFile file = preparer.start(header, true);
        newest.save(new NewestSegment.State(header.firstIndex(), file.size()));
        Segment fresh = new Segment(header, SegmentHeader.BYTES, new SparseIndex());
        segments.put(fresh.firstIndex(), fresh);
        return new Recovered(newest, handles, segments, fresh, file, lastIndex, lastTerm, lastChecksum);
    }

    /** The newest file was there, whole, when it was last written down. */
    private void checkNewest(List<Long> firsts) throws IOException {
        NewestSegment.State known = newest.state().orElse(NewestSegment.State.NONE);
        if (known.firstIndex() == 0) {
            return;
        }
        String file = disk.describe() + "/" + Segment.name(known.firstIndex());
        if (!firsts.contains(known.firstIndex())) {
            throw new LogCorruptException(file + " is missing: the log went on in it");
        }
        long size = size(known.firstIndex());
        if (size < known.bytes()) {
            throw new LogCorruptException(
                    file + " is damaged at offset " + size + ": it ends there (expected: " + known.bytes() + " bytes)");
        }
    }

    /** The database was copied from another node at {@code base}: what lies here ends before that. */
    private void erase() throws IOException {
        newest.save(NewestSegment.State.NONE);
        log.info("deleting the log in {}: it ends at entry {} and is replaced at {}", disk.describe(), lastIndex, base);
        for (Segment segment : segments.values()) {
            handles.drop(segment.name);
            disk.delete(segment.name);
        }
        disk.syncNames();
        segments.clear();
        lastIndex = base.index();
        lastTerm = base.term();
        lastChecksum = 0;
    }

    /** Reads from the segment of the first wanted record on. Returns whether the newest one can be appended to. */
    private boolean read(List<Long> firsts) throws IOException {
        int from = 0;
        for (int i = 0; i < firsts.size(); i++) {
            if (firsts.get(i) <= base.index() + 1) {
                from = i;
            }
        }
        for (int i = 0; i < from; i++) {
            SegmentHeader header = header(firsts.get(i));
            long size = size(firsts.get(i));
            segments.put(firsts.get(i), new Segment(header, (int) size, null));
        }
        if (firsts.get(0) > base.index() + 1) {
            throw new LogCorruptException("the log in " + disk.describe() + " begins at entry " + firsts.get(0)
                    + ", but entries after " + base.index() + " are needed");
        }
        boolean clean = true;
        for (int i = from; i < firsts.size(); i++) {
            SegmentHeader header = header(firsts.get(i));
            if (i > from
                    && (header.firstIndex() != lastIndex + 1
                            || header.previousTerm() != lastTerm
                            || header.previousChecksum() != lastChecksum)) {
                throw corrupt(header, 0, "it does not continue entry " + lastIndex + " of term " + lastTerm);
            }
            Long next = i + 1 < firsts.size() ? firsts.get(i + 1) : null;
            clean = readSegment(header, next);
        }
        return clean;
    }

    /** Reads one segment, up to before {@code next} or, in the newest one, as far as it goes. */
    private boolean readSegment(SegmentHeader header, @Nullable Long next) throws IOException {
        lastIndex = header.firstIndex() - 1;
        lastTerm = header.previousTerm();
        lastChecksum = header.previousChecksum();
        long size = size(header.firstIndex());
        Segment segment = new Segment(header, (int) size, null);
        SparseIndex sparse = new SparseIndex();
        RecordScanner scanner = scanner(segment, SegmentHeader.BYTES);
        while (next == null || lastIndex + 1 < next) {
            RecordFormat.Header found = scanner.peek(size);
            if (found == null) {
                break;
            }
            if (found.index() != lastIndex + 1 || found.term() < lastTerm || found.previousChecksum() != lastChecksum) {
                throw corrupt(
                        header,
                        scanner.offset(),
                        "entry " + found.index() + " of term " + found.term() + " does not continue entry " + lastIndex
                                + " of term " + lastTerm);
            }
            sparse.add(found.index(), (int) scanner.offset());
            if (found.index() > base.index()) {
                visitor.record(
                        new LogRecord(found.index(), found.term(), found.kind(), scanner.payload(found)),
                        new Location(header.firstIndex(), (int) scanner.offset(), found.length()));
            }
            lastIndex = found.index();
            lastTerm = found.term();
            lastChecksum = found.checksum();
            scanner.skip(found);
        }
        if (next != null && lastIndex + 1 < next) {
            throw corrupt(header, scanner.offset(), "entry " + (lastIndex + 1) + " is missing");
        }
        segment.sparse = sparse;
        segment.writtenEnd = (int) scanner.offset();
        segments.put(header.firstIndex(), segment);
        return next != null || cutTornTail(segment, size);
    }

    /** Returns whether the segment can be appended to: nothing but zeros behind its last record. */
    private boolean cutTornTail(Segment segment, long size) throws IOException {
        long end = segment.writtenEnd;
        long dirty = firstNonZero(segment, end, size);
        if (dirty == size) {
            return true;
        }
        RecordScanner scanner = scanner(segment, end);
        for (long offset = dirty / RecordFormat.ALIGNMENT * RecordFormat.ALIGNMENT;
                offset < size;
                offset += RecordFormat.ALIGNMENT) {
            scanner.seek(offset);
            RecordFormat.Header beyond = scanner.peek(size);
            if (beyond != null && beyond.durableIndex() > lastIndex) {
                throw corrupt(
                        segment.header,
                        end,
                        "entry " + (lastIndex + 1) + " is damaged, but was on disk when entry " + beyond.index()
                                + " was written");
            }
        }
        log.info(
                "cutting a torn tail from offset {} of {}/{}: the log ends at entry {}",
                end,
                disk.describe(),
                segment.name,
                lastIndex);
        Map.Entry<Long, Segment> before = segments.lowerEntry(segment.firstIndex());
        boolean empty = end == SegmentHeader.BYTES;
        newest.save(
                !empty
                        ? new NewestSegment.State(segment.firstIndex(), 0)
                        : before == null ? NewestSegment.State.NONE : new NewestSegment.State(before.getKey(), 0));
        if (empty) {
            segments.remove(segment.firstIndex());
            handles.drop(segment.name);
            disk.delete(segment.name);
            disk.syncNames();
            return false;
        }
        try (LogFile file = disk.open(segment.name)) {
            file.truncate(end);
            file.sync();
        }
        return false;
    }

    private long firstNonZero(Segment segment, long from, long size) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(preparer.chunkBytes(), Math.max(1, size - from)));
        for (long offset = from; offset < size; ) {
            chunk.clear();
            int count = read(segment.name, chunk, offset);
            if (count <= 0) {
                break;
            }
            chunk.flip();
            for (int i = 0; i < count; i++) {
                if (chunk.get(i) != 0) {
                    return offset + i;
                }
            }
            offset += count;
        }
        return size;
    }

    private SegmentHeader header(long firstIndex) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(SegmentHeader.BYTES);
        read(Segment.name(firstIndex), bytes, 0);
        SegmentHeader header = SegmentHeader.read(bytes.flip()).orElse(null);
        if (header == null || header.firstIndex() != firstIndex) {
            throw new LogCorruptException(
                    disk.describe() + "/" + Segment.name(firstIndex) + " does not begin as a segment should");
        }
        return header;
    }

    private long size(long firstIndex) throws IOException {
        try (LogFile file = disk.open(Segment.name(firstIndex))) {
            return file.size();
        } catch (FileSystemException e) {
            throw unreadable(Segment.name(firstIndex), 0, e);
        }
    }

    /** What the disk does not give back is as good as damaged. */
    private int read(String name, ByteBuffer target, long offset) throws IOException {
        try {
            return handles.read(name, target, offset);
        } catch (ClosedChannelException e) {
            throw e; // this node is stopped
        } catch (IOException e) {
            throw unreadable(name, offset, e);
        }
    }

    private LogCorruptException unreadable(String name, long offset, IOException cause) {
        return new LogCorruptException(
                disk.describe() + "/" + name + " cannot be read at offset " + offset + ": " + cause.getMessage(),
                cause);
    }

    private RecordScanner scanner(Segment segment, long offset) {
        return new RecordScanner((target, at) -> read(segment.name, target, at), offset, preparer.chunkBytes());
    }

    private LogCorruptException corrupt(SegmentHeader header, long offset, String why) {
        return new LogCorruptException(disk.describe() + "/" + Segment.name(header.firstIndex())
                + " is damaged at offset " + offset + ": " + why);
    }
}
