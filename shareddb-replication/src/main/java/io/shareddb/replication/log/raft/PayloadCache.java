package io.shareddb.replication.log.raft;

import io.shareddb.replication.segment.SegmentLog;
import java.util.ArrayDeque;

/** Decides which entries' bytes stay in memory: the newest, up to a limit. Log's thread only. */
final class PayloadCache {
    private final long maxBytes;
    private final SegmentLog segments;
    private final ArrayDeque<EntryData> fresh = new ArrayDeque<>();
    private long bytes;

    PayloadCache(long maxBytes, SegmentLog segments) {
        this.maxBytes = maxBytes;
        this.segments = segments;
    }

    /** Takes note of a new entry and forgets the oldest ones' bytes, as far as they can be read from disk. */
    void add(EntryData entry) {
        fresh.add(entry);
        bytes += entry.length();
        while (bytes > maxBytes) {
            EntryData oldest = fresh.peek();
            if (oldest == null || oldest.position().index() > segments.writtenIndex()) {
                return;
            }
            fresh.remove();
            bytes -= oldest.length();
            oldest.evict();
        }
    }
}
