package io.shareddb.replication.snapshot;

import java.io.IOException;

/** A snapshot is cut off, damaged, or of a kind that we do not know. */
public final class SnapshotFormatException extends IOException {
    public SnapshotFormatException(String message) {
        super(message);
    }

    public SnapshotFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
