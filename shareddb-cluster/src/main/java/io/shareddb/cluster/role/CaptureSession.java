package io.shareddb.cluster.role;

import java.util.concurrent.CompletionStage;

/** The engine's transactions on their way into the log. Thread-safe. */
public interface CaptureSession extends AutoCloseable {
    /**
     * Opens the epoch in the log. Transactions are appended only after the entry that opens it.
     *
     * @return completes once that entry is on a majority's disks; fails when it was not confirmed
     */
    CompletionStage<Void> openEpoch();

    /** Acknowledges nothing any more and disconnects; idempotent, does not wait for the log. */
    @Override
    void close();
}
