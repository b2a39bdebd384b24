package io.shareddb.replication.log.raft;

import io.shareddb.replication.log.NodeId;
import java.time.Duration;
import java.util.List;

/**
 * What a node's log needs to know.
 *
 * @param cluster name of the cluster, 1 to 200 bytes of UTF-8; a directory belongs to one
 * @param self this node
 * @param voters the voting members at the formation of the cluster, the same list on all nodes; later ones are read from disk
 * @param segmentBytes size of a segment file; more means fewer files, less means finer retention
 * @param markerEvery entries between two markers: what a restart delivers again at most, and what memory holds handles for
 * @param maxPendingEntries appends that may wait for a majority
 * @param maxPendingBytes and the bytes of those
 * @param cacheBytes payloads of recent entries kept in memory for followers that are a little behind, others read them from the files; few
 *     enough to die young, or the garbage collector has to look through all of the heap for them
 * @param heartbeat how often a leader is heard of; 20 ms or more
 * @param leaderTimeout silence after which a leader is given up: a whole multiple of {@code heartbeat}, at least 3; too low and a
 *     stalled disk costs a leader its place, too high and a dead leader is noticed late
 */
public record LogSettings(
        String cluster,
        NodeId self,
        List<NodeId> voters,
        int segmentBytes,
        int markerEvery,
        int maxPendingEntries,
        long maxPendingBytes,
        long cacheBytes,
        Duration heartbeat,
        Duration leaderTimeout) {

    public LogSettings {
        voters = List.copyOf(voters);
        if (voters.isEmpty()) {
            throw new IllegalArgumentException("voters: none (expected: at least 1)");
        }
        if (heartbeat.toMillis() < 20 || leaderTimeout.toMillis() < 3 * heartbeat.toMillis()) {
            throw new IllegalArgumentException("leaderTimeout: " + leaderTimeout.toMillis() + "ms, heartbeat: "
                    + heartbeat.toMillis() + "ms (expected: heartbeat at least 20ms, timeout at least 3 times that)");
        }
        if (markerEvery < 10 || maxPendingEntries < 1) {
            throw new IllegalArgumentException("markerEvery: " + markerEvery + ", maxPendingEntries: "
                    + maxPendingEntries + " (expected: at least 10, at least 1)");
        }
    }

    /** Defaults for a server: 64 MB segments, a dead leader is replaced in 0.5 to 0.8 s or sooner. */
    public static LogSettings of(String cluster, NodeId self, List<NodeId> voters) {
        return new LogSettings(
                cluster,
                self,
                voters,
                64 << 20,
                10_000,
                5_000,
                64L << 20,
                2L << 20,
                Duration.ofMillis(100),
                Duration.ofMillis(500));
    }

    /** The same with another size of segment files. */
    public LogSettings withSegmentBytes(int bytes) {
        return new LogSettings(
                cluster,
                self,
                voters,
                bytes,
                markerEvery,
                maxPendingEntries,
                maxPendingBytes,
                cacheBytes,
                heartbeat,
                leaderTimeout);
    }

    /** The same with another number of entries between markers. */
    public LogSettings withMarkerEvery(int entries) {
        return new LogSettings(
                cluster,
                self,
                voters,
                segmentBytes,
                entries,
                maxPendingEntries,
                maxPendingBytes,
                cacheBytes,
                heartbeat,
                leaderTimeout);
    }

    /** The same with other times. */
    public LogSettings withTimes(Duration heartbeatEvery, Duration timeout) {
        return new LogSettings(
                cluster,
                self,
                voters,
                segmentBytes,
                markerEvery,
                maxPendingEntries,
                maxPendingBytes,
                cacheBytes,
                heartbeatEvery,
                timeout);
    }
}
