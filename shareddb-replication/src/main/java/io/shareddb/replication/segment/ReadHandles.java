package io.shareddb.replication.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Open files for reading, the least recently used ones closed beyond {@value #MAX_OPEN}. Thread-safe. Apart from the writer's file,
 * because an interrupted reader closes its channel.
 */
final class ReadHandles implements AutoCloseable {
    private static final int MAX_OPEN = 32;

    private final Disk disk;

    /** By name, least recently used first; the lock keeps the order, reads run outside of it. */
    private final Map<String, LogFile> open = new LinkedHashMap<>(16, 0.75f, true);

    ReadHandles(Disk disk) {
        this.disk = disk;
    }

    int read(String name, ByteBuffer target, long offset) throws IOException {
        int start = target.position();
        for (int attempt = 0; ; attempt++) {
            LogFile file = handle(name);
            try {
                return file.read(target, offset);
            } catch (ClosedChannelException e) {
                // Closed by the interrupt of another reader, or evicted just now; our own interrupt goes to the caller.
                drop(name, file);
                target.position(start);
                if (attempt == 3 || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
            }
        }
    }

    private LogFile handle(String name) throws IOException {
        synchronized (open) {
            LogFile file = open.get(name);
            if (file == null) {
                file = disk.open(name);
                open.put(name, file);
                if (open.size() > MAX_OPEN) {
                    Iterator<LogFile> eldest = open.values().iterator();
                    LogFile evicted = eldest.next();
                    eldest.remove();
                    evicted.close();
                }
            }
            return file;
        }
    }

    /** Closes the file of that name, if it is open. */
    void drop(String name) throws IOException {
        drop(name, null);
    }

    private void drop(String name, @Nullable LogFile only) throws IOException {
        synchronized (open) {
            LogFile file = open.get(name);
            if (file != null && (only == null || only == file)) {
                open.remove(name);
                file.close();
            }
        }
    }

    @Override
    public void close() throws IOException {
        synchronized (open) {
            for (LogFile file : open.values()) {
                file.close();
            }
            open.clear();
        }
    }
}
