package io.shareddb.replication.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** A disk whose next sync takes as long as it is told. */
public final class StallingDisk implements Disk {
    private final Disk disk;
    private final AtomicLong nextNanos = new AtomicLong();

    public StallingDisk(Disk disk) {
        this.disk = disk;
    }

    /** The next sync, whenever it comes, takes {@code duration} longer. */
    public void stallOnce(Duration duration) {
        nextNanos.set(duration.toNanos());
    }

    /** Whether that has begun. */
    public boolean stalled() {
        return nextNanos.get() == 0;
    }

    @Override
    public List<String> list() throws IOException {
        return disk.list();
    }

    @Override
    public LogFile open(String name) throws IOException {
        return new StallingFile(disk.open(name));
    }

    @Override
    public LogFile create(String name, long size) throws IOException {
        return new StallingFile(disk.create(name, size));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        disk.rename(from, to);
    }

    @Override
    public void delete(String name) throws IOException {
        disk.delete(name);
    }

    @Override
    public void syncNames() throws IOException {
        disk.syncNames();
    }

    @Override
    public String describe() {
        return disk.describe();
    }

    @Override
    public void close() throws IOException {
        disk.close();
    }

    private final class StallingFile implements LogFile {
        private final LogFile file;

        StallingFile(LogFile file) {
            this.file = file;
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public int read(ByteBuffer target, long offset) throws IOException {
            return file.read(target, offset);
        }

        @Override
        public void write(ByteBuffer source, long offset) throws IOException {
            file.write(source, offset);
        }

        @Override
        public void truncate(long size) throws IOException {
            file.truncate(size);
        }

        @Override
        public void sync() throws IOException {
            long end = System.nanoTime() + nextNanos.getAndSet(0);
            for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            file.sync();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
