package io.shareddb.replication.log;

import org.HdrHistogram.Histogram;

/** Copies of the histograms of the append path, in microseconds, since start; thread-safe to ask for. */
public interface LogTimings {
    /** From {@code append} until the log's thread took the entry. */
    Histogram queue();

    /** From there until it was written and sent to the others. */
    Histogram write();

    /** The leader's fdatasync. */
    Histogram sync();

    /** From {@code append} until a majority had it. */
    Histogram quorum();
}
