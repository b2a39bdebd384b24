package io.shareddb.replication.segment;

import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes segment files ahead of their use, full of zeros that are on disk, so that syncing a record writes nothing but the record.
 * Thread-safe: the log's thread asks and takes, the background executor makes.
 */
final class SegmentPreparer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SegmentPreparer.class);

    private record Prepared(String name, LogFile file) {}

    private final Disk disk;
    private final int segmentBytes;
    private final Executor background;
    private final AtomicInteger counter = new AtomicInteger();
    private @Nullable Prepared ready;
    private boolean busy;
    private boolean noRoom; // at the last try for the file that is written now: no further one takes what is left
    private boolean closed;

    SegmentPreparer(Disk disk, int segmentBytes, Executor background) {
        this.disk = disk;
        this.segmentBytes = segmentBytes;
        this.background = background;
    }

    /** How much of a file to read at once. */
    int chunkBytes() {
        return Math.min(segmentBytes, 1 << 20);
    }

    /** Sees to it that a file is ready, or soon will be. */
    void prepare() {
        synchronized (this) {
            if (ready != null || busy || noRoom || closed) {
                return;
            }
            busy = true;
        }
        try {
            background.execute(this::make);
        } catch (RejectedExecutionException e) {
            synchronized (this) {
                busy = false;
            }
        }
    }

    private void make() {
        Prepared made = null;
        try {
            made = create(segmentBytes);
        } catch (IOException e) {
            // Only an optimisation failed; when the file is needed it is made again, and that failure counts.
            log.warn("cannot make a segment file ahead of its use in {}: {}", disk.describe(), e.toString());
        }
        synchronized (this) {
            busy = false;
            noRoom = made == null;
            if (!closed) {
                ready = made;
                return;
            }
        }
        if (made != null) {
            closeQuietly(made.file());
        }
    }

    /** What cannot be made whole must not take the room that records need. */
    private Prepared create(int size) throws IOException {
        String name = "next-" + counter.incrementAndGet() + SegmentLog.TEMPORARY;
        try {
            LogFile file = disk.create(name, size);
            if (size > 0) {
                syncOrClose(file);
            }
            return new Prepared(name, file);
        } catch (IOException e) {
            deleteQuietly(name);
            throw e;
        }
    }

    private static void syncOrClose(LogFile file) throws IOException {
        try {
            file.sync();
        } catch (IOException e) {
            closeQuietly(file);
            throw e;
        }
    }

    /**
     * A new segment file with that header; it and its name are durable. The caller owns it.
     *
     * @param fill whether to fill it now if none is ready and there is room: takes some 100 ms, so only at start. Else it grows as it is
     *     written, at some cost per sync
     */
    LogFile start(SegmentHeader header, boolean fill) throws IOException {
        Prepared prepared;
        synchronized (this) {
            prepared = ready;
            ready = null;
            noRoom = false;
        }
        if (prepared == null) {
            prepared = fill ? createFilled() : create(0);
        }
        LogFile file = prepared.file();
        file.write(header.bytes(), 0);
        file.sync();
        disk.rename(prepared.name(), Segment.name(header.firstIndex()));
        disk.syncNames();
        return file;
    }

    private Prepared createFilled() throws IOException {
        try {
            return create(segmentBytes);
        } catch (IOException e) {
            log.warn("cannot fill a segment file before its use in {}: {}", disk.describe(), e.toString());
            return create(0);
        }
    }

    @Override
    public void close() {
        Prepared unused;
        synchronized (this) {
            closed = true;
            unused = ready;
            ready = null;
        }
        if (unused != null) {
            closeQuietly(unused.file());
        }
    }

    private void deleteQuietly(String name) {
        try {
            disk.delete(name);
        } catch (IOException e) {
            log.debug("cannot delete an unused segment file", e); // the next start does
        }
    }

    private static void closeQuietly(LogFile file) {
        try {
            file.close();
        } catch (IOException e) {
            log.debug("cannot close an unused segment file", e);
        }
    }
}
