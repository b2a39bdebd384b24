package io.shareddb.cluster.storage;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Where a node's files lie. Thread-safe. */
@FunctionalInterface
public interface FreeSpace {
    /**
     * What there is at one instant.
     *
     * @param freeBytes for this process
     * @param totalBytes of the file system
     */
    record Space(long freeBytes, long totalBytes) {}

    Space look() throws IOException;

    /** The file system of {@code directory}, which is found with the first look: that takes far longer than to ask it. */
    static FreeSpace of(Path directory) {
        AtomicReference<@Nullable FileStore> found = new AtomicReference<>();
        return () -> {
            FileStore store = found.get();
            if (store == null) {
                store = Files.getFileStore(directory);
                found.set(store);
            }
            return new Space(store.getUsableSpace(), store.getTotalSpace());
        };
    }
}
