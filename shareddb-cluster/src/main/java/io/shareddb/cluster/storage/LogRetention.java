package io.shareddb.cluster.storage;

import io.shareddb.replication.log.LogSegment;
import java.util.List;

/** Which part of the log is too much. Stateless. */
final class LogRetention {
    /** The one that is written, and the one before: a follower that was away for a moment finds them. */
    private static final int NEWEST = 2;

    private LogRetention() {}

    static long bytes(List<LogSegment> segments) {
        return segments.stream().mapToLong(LogSegment::bytes).sum();
    }

    /**
     * The last entry that may go; 0 if all may stay.
     *
     * @param segments oldest first
     * @param old the last entry that is too old; 0 if none is
     * @param pressed whether room is so short that nothing is kept for its own sake
     */
    static long lastToDrop(List<LogSegment> segments, StorageLimits limits, long old, boolean pressed) {
        long left = bytes(segments);
        long allowed = pressed ? 0 : limits.logBytes();
        long drop = 0;
        for (int i = 0; i + NEWEST < segments.size(); i++) {
            long last = segments.get(i + 1).firstIndex() - 1;
            if (left <= allowed && last > old) {
                break;
            }
            left -= segments.get(i).bytes();
            drop = last;
        }
        return drop;
    }
}
