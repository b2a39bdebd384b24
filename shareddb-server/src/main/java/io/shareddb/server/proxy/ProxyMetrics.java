package io.shareddb.server.proxy;

import io.shareddb.server.routing.Mark;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** What the proxy counts and times. Thread-safe; counters only grow. */
public final class ProxyMetrics {
    private static final long MAX_NANOS = TimeUnit.MINUTES.toNanos(10);

    private final ConcurrentHistogram gateNanos = new ConcurrentHistogram(MAX_NANOS, 2);
    private final WriterCount writers = new WriterCount();
    final LongAdder connections = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder deniedLogins = new LongAdder();
    final LongAdder idleCuts = new LongAdder();
    final LongAdder slowReaders = new LongAdder();
    final LongAdder rests = new LongAdder();
    final LongAdder reused = new LongAdder();
    final LongAdder localStatements = new LongAdder();
    final LongAdder leaderStatements = new LongAdder();
    final LongAdder rerouted = new LongAdder();
    final LongAdder ownWriteWaits = new LongAdder();
    final LongAdder ownWriteTimeouts = new LongAdder();
    final LongAdder heldOks = new LongAdder();
    final LongAdder passedOks = new LongAdder();
    final LongAdder unknownOutcomes = new LongAdder();
    final LongAdder rollbacks = new LongAdder();
    final LongAdder leaderTimeouts = new LongAdder();
    final LongAdder retried = new LongAdder();
    final LongAdder resolvedCommits = new LongAdder();

    private final Map<Mark.Reason, LongAdder> ties = new EnumMap<>(Mark.Reason.class);

    ProxyMetrics() {
        for (Mark.Reason reason : Mark.Reason.values()) {
            ties.put(reason, new LongAdder());
        }
    }

    void tied(Mark.Reason reason) {
        LongAdder counter = ties.get(reason);
        if (counter != null) {
            counter.increment();
        }
    }

    /** How many sessions became tied to the leader, by what tied them first; every reason is there. */
    public Map<Mark.Reason, Long> ties() {
        Map<Mark.Reason, Long> counts = new EnumMap<>(Mark.Reason.class);
        ties.forEach((reason, counter) -> counts.put(reason, counter.sum()));
        return counts;
    }

    /** Who commits on this node's engine. */
    public WriterCount writers() {
        return writers;
    }

    void gateWaited(long nanos) {
        gateNanos.recordValue(Math.min(Math.max(nanos, 0), MAX_NANOS));
    }

    /**
     * How long OKs of commits were held between their arrival from the engine and the log's word that they are committed,
     * nanoseconds; those that did not wait count as 0. A copy.
     */
    public Histogram gateWaitNanos() {
        return gateNanos.copy();
    }

    /** All counters at one instant. */
    public Counters counters() {
        return new Counters(
                connections.sum(),
                refused.sum(),
                deniedLogins.sum(),
                idleCuts.sum(),
                slowReaders.sum(),
                rests.sum(),
                reused.sum(),
                localStatements.sum(),
                leaderStatements.sum(),
                rerouted.sum(),
                ownWriteWaits.sum(),
                ownWriteTimeouts.sum(),
                passedOks.sum(),
                heldOks.sum(),
                unknownOutcomes.sum(),
                rollbacks.sum(),
                leaderTimeouts.sum(),
                retried.sum(),
                resolvedCommits.sum());
    }

    /**
     * Counters since the start.
     *
     * @param connections accepted
     * @param refused turned away for their address or their number
     * @param deniedLogins wrong user or password
     * @param idleCuts clients that were hung up on because they asked for nothing
     * @param slowReaders clients that were hung up on because they did not take their answers
     * @param rests times that an idle session gave its connections to engines back
     * @param reused connections to engines that a session took over from one before it
     * @param localStatements served by a read-only connection to this node's engine
     * @param leaderStatements served by the leader, which may be this node
     * @param rerouted sent to the leader after the local engine refused them
     * @param ownWriteWaits local reads that had to ask whether the session's last write was applied
     * @param ownWriteTimeouts those of them that the leader served
     * @param passedOks commits that the log had when the engine's OK came
     * @param heldOks commits whose OK was held for the log
     * @param unknownOutcomes clients that were told so
     * @param rollbacks clients that were told so because a leader was lost
     * @param leaderTimeouts statements that found no leader in time
     * @param retried statements sent again since the leader had not executed them, or reads whose connection was lost
     * @param resolvedCommits commits under way at the end of an epoch that the log could answer for
     */
    public record Counters(
            long connections,
            long refused,
            long deniedLogins,
            long idleCuts,
            long slowReaders,
            long rests,
            long reused,
            long localStatements,
            long leaderStatements,
            long rerouted,
            long ownWriteWaits,
            long ownWriteTimeouts,
            long passedOks,
            long heldOks,
            long unknownOutcomes,
            long rollbacks,
            long leaderTimeouts,
            long retried,
            long resolvedCommits) {}
}
