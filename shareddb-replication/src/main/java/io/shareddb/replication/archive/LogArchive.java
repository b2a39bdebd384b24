package io.shareddb.replication.archive;

import io.shareddb.replication.engine.EngineFamily;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.engine.Gtid;
import io.shareddb.replication.log.LogCorruptException;
import io.shareddb.replication.log.LogEntry;
import io.shareddb.replication.log.LogListener;
import io.shareddb.replication.log.NodeId;
import io.shareddb.replication.log.Position;
import io.shareddb.replication.log.ReplicatedLog;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The history that is in a {@link ReplicatedLog}: gives it numbers as it comes, and finds its way back into it. Pass it to
 * {@link ReplicatedLog#start}.
 *
 * <p>Thread-safe. {@link LogListener}'s methods are for the log's thread; lookups run on the caller's thread and read files.
 */
public final class LogArchive implements TransactionArchive, LogListener, AutoCloseable {
    private static final Logger logger = LoggerFactory.getLogger(LogArchive.class);
    private static final int CHECKPOINT_TRANSACTIONS = 512;
    private static final long CHECKPOINT_BYTES = 2 << 20;

    private final ReplicatedLog log;
    private final LeadershipListener listener;
    private final Families families;
    private final CheckpointIndex index;
    private final Lookup lookup;
    private final CommitWaiters commits = new CommitWaiters();
    private final ThresholdWaiters seqs = new ThresholdWaiters();
    private final ThresholdWaiters indexes = new ThresholdWaiters();

    /** Log's thread only. */
    private History history;

    private final List<Gtid> inEntry = new ArrayList<>(); // transactions of the entry that is being applied
    private long transactionsSinceCheckpoint;
    private long bytesSinceCheckpoint;

    private volatile Committed committed;
    private volatile OpenEpoch openEpoch = OpenEpoch.NONE;
    private volatile boolean leading;
    private volatile boolean failed;

    /**
     * What the open epoch has taken.
     *
     * @param epoch 0: none is open
     * @param opening which opening of it
     * @param batches how many batches it has taken
     * @param base the position at which it opened
     */
    record OpenEpoch(long epoch, long opening, long batches, EnginePosition base) {
        static final OpenEpoch NONE = new OpenEpoch(0, 0, 0, NothingYet.POSITION);
    }

    /**
     * Reads the index in {@code directory}, or makes it.
     *
     * @param families the kinds of engine that may write in this cluster
     * @param log not started yet
     */
    public LogArchive(
            Path directory,
            Collection<? extends EngineFamily> families,
            ReplicatedLog log,
            LeadershipListener listener) {
        this.log = log;
        this.listener = listener;
        this.families = new Families(families);
        this.index = CheckpointIndex.open(directory);
        this.lookup = new Lookup(log, index, this.families);
        this.history = new History(this.families);
        this.committed = history.committed();
    }

    // ---- the log's thread

    @Override
    public void onCommitted(LogEntry entry) {
        if (failed || entry.position().index() < history.nextIndex()) {
            return;
        }
        try {
            apply(entry);
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    private void apply(LogEntry entry) {
        long epochBefore = history.epoch();
        long openingBefore = history.opening();
        history.apply(entry, transaction -> {
            transactionsSinceCheckpoint++;
            bytesSinceCheckpoint += transaction.eventBytes();
            inEntry.add(transaction.gtid());
        });
        boolean opened = history.epoch() != epochBefore || history.opening() != openingBefore;
        publish(opened);
        inEntry.forEach(commits::committed); // whoever hears of a commit finds it in what is published
        inEntry.clear();
        if (opened
                || transactionsSinceCheckpoint >= CHECKPOINT_TRANSACTIONS
                || bytesSinceCheckpoint >= CHECKPOINT_BYTES) {
            checkpoint();
        }
        if (opened && history.epoch() != epochBefore) {
            commits.end();
        }
    }

    private void publish(boolean opened) {
        EnginePosition base = opened ? history.position() : openEpoch.base();
        EpochHeader header = history.header();
        if (opened && header != null) {
            learn(header); // a checkpoint may not be possible here
        }
        openEpoch = new OpenEpoch(history.epoch(), history.opening(), history.nextBatch() - 1, base);
        committed = history.committed();
        seqs.reached(history.seq());
        indexes.reached(history.nextIndex() - 1);
    }

    private void checkpoint() {
        if (history.unfinished() == null) {
            index.add(history.checkpoint(), history.header());
            transactionsSinceCheckpoint = 0;
            bytesSinceCheckpoint = 0;
        }
    }

    private void fail(RuntimeException cause) {
        failed = true;
        logger.error("archive stopped before log entry {}", history.nextIndex(), cause);
        commits.end();
        // What the disk gave back was intact: another log would hold the same.
        listener.onFatal(new IllegalStateException(
                "log entry " + history.nextIndex() + " cannot be applied: " + cause.getMessage(), cause));
    }

    @Override
    public ByteBuffer takeMarker() {
        if (failed) {
            throw new IllegalStateException("archive stopped before log entry " + history.nextIndex());
        }
        return Marker.write(history);
    }

    @Override
    public void onMarker(Position position, ByteBuffer marker, long firstIndex) {
        History restored = Marker.read(marker, families);
        if (restored.nextIndex() != position.index() + 1) {
            throw new IllegalArgumentException(
                    "marker of log entry " + (restored.nextIndex() - 1) + " (expected: " + position.index() + ")");
        }
        history = restored;
        if (history.unfinished() != null) {
            transactionsSinceCheckpoint = CHECKPOINT_TRANSACTIONS; // nothing can be read from here: from its end on
        }
        checkpoint();
        index.dropBelow(firstIndex);
        index.force();
        publish(true);
    }

    @Override
    public void onLeader(long term) {
        leading = true;
        listener.onLeader(term);
    }

    @Override
    public void onNotLeader(long term) {
        leading = false;
        commits.end();
        listener.onNotLeader(term);
    }

    @Override
    public void onLeaderChanged(Optional<NodeId> leader, long term) {
        listener.onLeaderChanged(leader, term);
    }

    @Override
    public void onReseedRequired(long firstAvailable) {
        listener.onReseedRequired(firstAvailable);
    }

    @Override
    public void onDamaged(LogCorruptException cause) {
        listener.onDamaged(cause);
    }

    @Override
    public void onFatal(Throwable cause) {
        failed = true;
        commits.end();
        listener.onFatal(cause);
    }

    // ---- any thread

    /**
     * What is known to be committed, also before the log has started: then as of the last checkpoint. Cheap.
     *
     * @param family of this node's engine
     */
    public EnginePosition knownPosition(EngineFamily family) {
        Committed now = committed;
        if (now.epoch() != 0) {
            return family.position(now.position().text());
        }
        return index.last(checkpoint -> checkpoint.epoch() != 0, 0)
                .map(checkpoint -> family.position(checkpoint.position()))
                .orElseGet(() -> family.position(""));
    }

    @Override
    public Committed committed() {
        return committed;
    }

    /** What the open epoch has taken so far. */
    OpenEpoch openEpoch() {
        return openEpoch;
    }

    /**
     * {@inheritDoc}
     *
     * <p>Exact for the last 65,536 transactions; an older one counts if it came after the opening of the epoch.
     */
    @Override
    public boolean isCommitted(Gtid gtid) {
        if (commits.isRecent(gtid)) {
            return true;
        }
        Optional<Gtid> oldest = commits.oldest();
        EnginePosition base = openEpoch.base();
        return oldest.isPresent()
                && base != NothingYet.POSITION
                && !base.contains(gtid)
                && base.plus(oldest.get()).contains(gtid);
    }

    @Override
    public CompletionStage<Boolean> whenCommitted(Gtid gtid) {
        if (isCommitted(gtid)) {
            return CompletableFuture.completedFuture(true);
        }
        if (!leading || failed) {
            return CompletableFuture.completedFuture(false);
        }
        CompletableFuture<Boolean> future = commits.waitFor(gtid);
        if (isCommitted(gtid)) {
            commits.answer(gtid, true);
        } else if (!leading || failed) {
            commits.answer(gtid, false);
        }
        return future;
    }

    @Override
    public CompletionStage<Void> whenSeq(long seq) {
        return committed.seq() >= seq ? CompletableFuture.completedFuture(null) : seqs.whenReached(seq);
    }

    /** Completes when the history holds everything up to this entry of the log. Completes on the log's thread. */
    public CompletionStage<Void> whenApplied(long logIndex) {
        return committed.logIndex() >= logIndex
                ? CompletableFuture.completedFuture(null)
                : indexes.whenReached(logIndex);
    }

    @Override
    public Resolution resolve(EnginePosition position) {
        return lookup.resolve(position, committed);
    }

    @Override
    public OptionalLong seqOf(Gtid gtid) {
        return lookup.seqOf(gtid, committed);
    }

    @Override
    public EnginePosition positionAt(long seq) {
        return lookup.positionAt(seq, committed);
    }

    @Override
    public Optional<NodeId> leaderOf(long epoch) {
        return index.header(epoch).map(header -> new NodeId(header.leader()));
    }

    @Override
    public ByteBuffer formatOf(long epoch) {
        return index.header(epoch)
                .map(header -> header.format().duplicate())
                .orElseThrow(() -> new NoSuchElementException("epoch " + epoch + " is not in the archive"));
    }

    /** The version of the engine that wrote in {@code epoch}, as its greeting gave it. */
    public String engineVersionOf(long epoch) {
        return index.header(epoch)
                .map(EpochHeader::engineVersion)
                .orElseThrow(() -> new NoSuchElementException("epoch " + epoch + " is not in the archive"));
    }

    @Override
    public TransactionCursor read(long fromSeq) {
        return new ArchiveCursor(this, log, lookup.historyBefore(checkpoint -> checkpoint.seq() < fromSeq), fromSeq);
    }

    /**
     * A marker for a node that gets a copy of the database at {@code seq}: its log may begin there, and then has all that the copy
     * lacks. Reads files.
     *
     * @throws IllegalStateException if the log has dropped it
     */
    public ArchiveMarker markerAt(long seq) {
        return lookup.markerAt(seq);
    }

    /** The oldest transaction that can still be read. */
    public long firstSeq() {
        return index.first(log.state().firstIndex())
                .map(checkpoint -> checkpoint.seq() + 1)
                .orElse(committed.seq() + 1);
    }

    /** The last entry of the log that is known to be older than {@code millis} since 1970; 0 if none is. */
    public long indexBefore(long millis) {
        return index.last(
                        checkpoint -> checkpoint.timestampMillis() < millis,
                        log.state().firstIndex())
                .map(checkpoint -> checkpoint.nextIndex() - 1)
                .orElse(0L);
    }

    /**
     * Drops what is not needed any more: whole segments of the log with nothing in them beyond {@code seq} and {@code lastIndex}. Reads
     * and writes files.
     *
     * @param seq the last transaction that may be dropped
     * @param lastIndex the last entry of the log that may be
     */
    public void release(long seq, long lastIndex) {
        Predicate<Checkpoint> released =
                checkpoint -> checkpoint.seq() <= seq && checkpoint.nextIndex() - 1 <= lastIndex;
        Optional<Checkpoint> keep = index.last(released, log.state().firstIndex());
        if (keep.isPresent()) {
            index.force();
            log.releaseUpTo(keep.get().nextIndex() - 1);
            index.dropBelow(log.state().firstIndex());
        }
    }

    /** Closes the index; the log goes first, and with it its thread. How far the history was known to be committed stays in the index. */
    @Override
    public void close() {
        commits.end();
        if (!failed) {
            checkpoint();
        }
        index.close();
    }

    /** A reader met this header: its format may be asked for even if the index has lost it. */
    void learn(EpochHeader header) {
        index.learn(header);
    }
}
