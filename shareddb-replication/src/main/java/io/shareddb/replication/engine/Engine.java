package io.shareddb.replication.engine;

import io.shareddb.replication.snapshot.SnapshotLoader;
import io.shareddb.replication.snapshot.SnapshotSource;
import java.time.Duration;

/**
 * Administers one running engine: each method is a step of a role change, may be repeated, and blocks. One thread at a time,
 * but for {@link #info}, {@link #state}, {@link #awaitApplied} and {@link #expectWriters}. Every method fails with {@link EngineException}.
 */
public interface Engine {
    /** An engine that says nothing for so long is given up by whoever waits for a statement; all of these are short. */
    Duration SILENCE = Duration.ofSeconds(30);

    /** The same for what is done on the way to leadership, while it lasts, and on the way out: clients wait meanwhile. */
    Duration SILENCE_OF_LEADER = Duration.ofSeconds(5);

    /** The same for {@link #closeForWrites}, beyond the time that it is given. */
    Duration SILENCE_OF_CLOSING = Duration.ofSeconds(2);

    EngineInfo info();

    EngineState state();

    /**
     * Sets and checks what every role needs; after each start of the engine. The engine is read-only and does not follow
     * afterwards, also if this fails because of its content.
     *
     * @throws IncompleteCopyException if loading a snapshot was interrupted: only {@link #snapshotLoader} helps
     */
    void prepare();

    /**
     * Follows: relaxed durability, read-only, scheduled events off, one applier, its position set to {@code from}
     * explicitly, then started.
     *
     * @param from what the engine holds; it gets everything after that
     * @throws DivergedException if the engine holds more than {@code from} says
     */
    void follow(RelayAddress relay, EnginePosition from);

    /**
     * Changes, while it follows, how it applies: one transaction after the other, as it does after {@link #follow}, or several at once. Waits for
     * what is being applied. If it fails, the engine may not apply at all until it is told to follow again.
     */
    void applyInParallel(boolean parallel);

    /** Stops the applier when it has finished what it is at; idempotent. */
    void stopFollowing();

    /** Waits until the engine, following, has applied {@code position}. @return false when it has not in time */
    boolean awaitApplied(EnginePosition position, Duration timeout);

    /**
     * Makes commits wait for the capture and be synced, each one. The engine is still read-only; the capture connects next.
     *
     * @param epoch the epoch to be opened; makes the engine's new GTIDs unique
     */
    void prepareToLead(long epoch);

    /** Lets clients write and scheduled events run. The capture is connected. */
    void openForWrites();

    /**
     * No new writes. Waits behind commits that wait for the capture, so only when none is stuck.
     *
     * @return false if it could not be done in time
     */
    boolean closeForWrites(Duration timeout);

    /**
     * Tells how many sessions write at once, now and then while leading, so that the engine groups their commits. Cheap.
     *
     * @param writers 0 or more
     */
    void expectWriters(int writers);

    /**
     * Tells a leading engine whether it is to sync each commit, as it does after {@link #prepareToLead}. Without, the end of the process
     * loses nothing, but a loss of power may take the last commits, from binlog and data not alike.
     */
    void syncCommits(boolean each);

    /** Takes a consistent copy while the engine works. */
    SnapshotSource snapshotSource();

    /** Replaces all of the engine's content. */
    SnapshotLoader snapshotLoader();
}
