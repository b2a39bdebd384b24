package io.shareddb.replication.log.raft;

import io.shareddb.replication.log.transport.LogThread;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * The library's clock: monotonic, and faster than ours, because the library counts heartbeats in whole seconds: one of its seconds is
 * one of our heartbeats. Log's thread only.
 *
 * <p>It can be put forward, which makes what was heard of the leader look old, and back. The library compares times only to decide when to give
 * up a leader (reads go through a quorum, not through a lease), so a wrong clock may cost a vote, never an entry.
 */
final class ScaledClock extends Clock {
    private static final long START_MILLIS = 1_000_000;

    private final LogThread thread;
    private final long heartbeatNanos;
    private final long startNanos;
    private long skippedMillis;

    ScaledClock(LogThread thread, Duration heartbeat) {
        this.thread = thread;
        this.heartbeatNanos = heartbeat.toNanos();
        this.startNanos = thread.nanoTime();
    }

    /** Time in which the thread could hear nobody, though they may have spoken, does not count. */
    void putBack(Duration ours) {
        putForward(ours.negated());
    }

    void putForward(Duration ours) {
        skippedMillis += Math.multiplyExact(ours.toNanos(), 1_000L) / heartbeatNanos;
    }

    @Override
    public long millis() {
        double heartbeats = (double) (thread.nanoTime() - startNanos) / heartbeatNanos;
        return START_MILLIS + skippedMillis + (long) (heartbeats * 1_000);
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(millis());
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("this clock tells no time of day");
    }
}
