package io.shareddb.replication.capture;

import org.HdrHistogram.Histogram;

/** Where the time of a commit goes: copies of histograms in microseconds, since start. Thread-safe to ask for. */
public interface CommitTimings {
    /** From the arrival of a transaction's first event to that of its last. */
    Histogram receive();

    /** From there until it was handed to the log: it waited for earlier ones. */
    Histogram queue();

    /** From there until a majority had it on disk and this node's archive had it. */
    Histogram log();

    /** From there until the acknowledgement was written to the engine's socket; one value per acknowledgement. */
    Histogram acknowledge();
}
