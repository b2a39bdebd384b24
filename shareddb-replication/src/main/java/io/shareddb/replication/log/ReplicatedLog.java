package io.shareddb.replication.log;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * One ordered log on several nodes: what was appended is on a majority's disks, in the same order everywhere. Thread-safe.
 *
 * <p>Knows nothing of databases: an entry is bytes. Implementations run on a clock, an executor, a transport and a disk that
 * they are given, so that a whole cluster can run on virtual time in one thread.
 */
public interface ReplicatedLog extends AutoCloseable {
    /** Recovers from disk (blocking) and takes part from now on. Once. */
    void start(LogListener listener);

    /**
     * Appends one entry if this node leads in {@code term}; entries are ordered as one thread calls this.
     *
     * @param term the leader's term, so that nothing of an earlier leadership slips in
     * @param payload 1 byte to 2 MB; must not change afterwards; its position and limit stay as they are
     * @return where it is, once it is on a majority's disks and was delivered to this node's listener; completes in log order on
     *     the log's thread, callbacks must not block; fails with {@link AppendException}
     */
    CompletionStage<Position> append(long term, ByteBuffer payload);

    /**
     * For linearizable reads: what was committed anywhere before this call is at or before the returned index.
     *
     * @return the index to have applied before reading; fails with {@link AppendException} without a majority
     */
    CompletionStage<Long> readBarrier();

    LogState state();

    /** Reads committed entries from {@code fromIndex} on, old ones from their segment files, then live ones. */
    LogCursor read(long fromIndex);

    /** This node's files, oldest first; empty before the start. */
    List<LogSegment> segments();

    /** Where this node's log can begin again, which is where another one's can as well; empty while it is short. */
    CompletionStage<Optional<LogStart>> newestStart();

    /** Where the log of a node can begin that needs nothing of before now. */
    CompletionStage<LogStart> presentStart();

    /** Whole segments that end at or before {@code index} may be deleted. */
    void releaseUpTo(long index);

    /** Hands leadership to a voter that is up to date. */
    CompletionStage<Void> transferLeadership(NodeId to, Duration timeout);

    /**
     * Changes who belongs to the log, on the leader.
     *
     * @return completes when the change is committed; fails with {@link AppendException}: {@code NOT_LEADER} and
     *     {@code OVERLOADED} (another change or a hand-over is under way, or others were decided since) mean that nothing
     *     happened, {@code UNKNOWN} that the applied log tells; {@link IllegalArgumentException} if the change makes no sense
     */
    CompletionStage<Members> change(MemberChange change);

    /** Stages of the append path as histograms, for metrics. */
    LogTimings timings();

    @Override
    void close();
}
