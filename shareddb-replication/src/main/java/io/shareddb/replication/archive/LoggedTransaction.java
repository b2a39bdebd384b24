package io.shareddb.replication.archive;

import io.shareddb.replication.engine.Gtid;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A transaction as {@link History} found it in the log. Immutable. */
final class LoggedTransaction {
    private final long seq;
    private final long epoch;
    private final Gtid gtid;
    private final long timestampMillis;
    private final long eventBytes;
    private final long[] entries;
    private final @Nullable ByteBuffer whole;

    /**
     * @param entries the log entries that hold its fragments, ascending; owned by this object
     * @param whole all of its events, if it is one fragment
     */
    LoggedTransaction(
            long seq,
            long epoch,
            Gtid gtid,
            long timestampMillis,
            long eventBytes,
            long[] entries,
            @Nullable ByteBuffer whole) {
        this.seq = seq;
        this.epoch = epoch;
        this.gtid = gtid;
        this.timestampMillis = timestampMillis;
        this.eventBytes = eventBytes;
        this.entries = entries;
        this.whole = whole;
    }

    long seq() {
        return seq;
    }

    long epoch() {
        return epoch;
    }

    Gtid gtid() {
        return gtid;
    }

    long timestampMillis() {
        return timestampMillis;
    }

    long eventBytes() {
        return eventBytes;
    }

    int entryCount() {
        return entries.length;
    }

    long entry(int number) {
        return entries[number];
    }

    @Nullable
    ByteBuffer whole() {
        return whole;
    }
}
