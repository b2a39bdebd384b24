package io.shareddb.replication.archive;

import io.shareddb.replication.engine.Gtid;
import java.util.Arrays;

/** A transaction whose last fragment has not come yet. One thread. */
final class Unfinished {
    private final Gtid gtid;
    private final long timestampMillis;
    private long eventBytes;
    private long[] entries = new long[1];
    private int count;

    Unfinished(Gtid gtid, long timestampMillis) {
        this.gtid = gtid;
        this.timestampMillis = timestampMillis;
    }

    /** What a marker left over: {@link #entries} lacks those before it. */
    Unfinished(Gtid gtid, long timestampMillis, long eventBytes) {
        this(gtid, timestampMillis);
        this.eventBytes = eventBytes;
    }

    void add(long index, int bytes) {
        if (count == 0 || entries[count - 1] != index) {
            if (count == entries.length) {
                entries = Arrays.copyOf(entries, 2 * count);
            }
            entries[count++] = index;
        }
        eventBytes += bytes;
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

    /** The log entries that hold its fragments so far, ascending. */
    long[] entries() {
        return Arrays.copyOf(entries, count);
    }

    void write(FieldWriter writer) {
        writer.text(gtid.text()).int8(timestampMillis).int8(eventBytes);
    }
}
