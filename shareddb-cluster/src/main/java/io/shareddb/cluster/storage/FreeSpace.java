package io.shareddb.cluster.storage;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

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

    /** The file system of {@code directory}. */
    static FreeSpace of(Path directory) {
        return () -> {
            FileStore store = Files.getFileStore(directory);
            return new Space(store.getUsableSpace(), store.getTotalSpace());
        };
    }
}
