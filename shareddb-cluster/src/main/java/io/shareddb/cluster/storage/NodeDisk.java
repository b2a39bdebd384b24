package io.shareddb.cluster.storage;

import java.io.IOException;
import java.util.Optional;

/** Where a node's files lie. Thread-safe. */
@FunctionalInterface
public interface NodeDisk {
    /**
     * What there is at one instant.
     *
     * @param freeBytes for this process
     * @param totalBytes of the file system
     * @param failure why nothing can be written, whatever room there is; empty while it can
     */
    record State(long freeBytes, long totalBytes, Optional<String> failure) {
        /** Of a disk that can be written. */
        public State(long freeBytes, long totalBytes) {
            this(freeBytes, totalBytes, Optional.empty());
        }
    }

    /**
     * Looks; waits for no device.
     *
     * @throws IOException if it cannot tell
     */
    State look() throws IOException;
}
