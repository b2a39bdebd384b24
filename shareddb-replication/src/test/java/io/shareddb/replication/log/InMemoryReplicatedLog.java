package io.shareddb.replication.log;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * A log in memory whose "majority" the test is: it commits by itself, or when told. Its listener runs on the executor that it is
 * given; with one that runs at once all is deterministic. {@link #restarted} is the same log after a crash. Thread-safe.
 */
public final class InMemoryReplicatedLog implements ReplicatedLog {
    private static final NodeId SELF = new NodeId("memory");

    /** What is on disk: survives {@link #restarted}. */
    private static final class Disk {
        final List<Entry> entries = new ArrayList<>();
        long firstIndex = 1;
        Position markerPosition = Position.START;

        @Nullable
        ByteBuffer marker;
    }

    private record Entry(Position position, ByteBuffer bytes) implements LogEntry {
        @Override
        public ByteBuffer payload() {
            return bytes.duplicate();
        }
    }

    private record Pending(long term, ByteBuffer bytes, CompletableFuture<Position> future) {}

    private final Disk disk;
    private final Executor logThread;
    private final Deque<Pending> pending = new ArrayDeque<>();
    private @Nullable LogListener listener;
    private boolean automatic = true;
    private boolean closed;
    private long term;
    private boolean leading;
    private long delivered;

    public InMemoryReplicatedLog(Executor logThread) {
        this(new Disk(), logThread);
    }

    private InMemoryReplicatedLog(Disk disk, Executor logThread) {
        this.disk = disk;
        this.logThread = logThread;
    }

    // ---- what tests do

    /** The same log after a crash: what was committed is there, and is delivered again from the last marker on. */
    public synchronized InMemoryReplicatedLog restarted() {
        closed = true;
        notifyAll();
        return new InMemoryReplicatedLog(disk, logThread);
    }

    /** Commits by itself, or from now on only when {@link #commit} is called. */
    public synchronized void automatic(boolean value) {
        automatic = value;
        if (value) {
            commit(Integer.MAX_VALUE);
        }
    }

    /** Commits up to {@code count} entries that wait. */
    public synchronized void commit(int count) {
        for (int i = 0; i < count && !pending.isEmpty(); i++) {
            Pending next = pending.remove();
            store(next.term(), next.bytes(), next.future());
        }
    }

    public synchronized int waiting() {
        return pending.size();
    }

    /** This node leads from now on. */
    public synchronized void elect(long newTerm) {
        term = newTerm;
        leading = true;
        LogListener told = told();
        logThread.execute(() -> told.onLeaderChanged(Optional.of(SELF), newTerm));
        logThread.execute(() -> told.onLeader(newTerm));
    }

    /** This node does not lead any more; what waits fails as unknown, and is committed all the same if {@code keep}. */
    public synchronized void depose(boolean keep) {
        leading = false;
        List<Pending> unknown = new ArrayList<>(pending);
        pending.clear();
        LogListener told = told();
        long oldTerm = term;
        logThread.execute(() -> {
            unknown.forEach(entry -> entry.future()
                    .completeExceptionally(new AppendException(AppendException.Reason.UNKNOWN, "deposed")));
            told.onNotLeader(oldTerm);
        });
        if (keep) {
            unknown.forEach(entry -> store(entry.term(), entry.bytes(), new CompletableFuture<>()));
        }
    }

    /** An entry that another node appended. */
    public synchronized void receive(long leaderTerm, ByteBuffer payload) {
        store(leaderTerm, copy(payload), new CompletableFuture<>());
    }

    /** Keeps a marker of what was delivered; on the log's thread only. */
    public synchronized void mark() {
        disk.marker = copy(told().takeMarker());
        disk.markerPosition = delivered == 0
                ? Position.START
                : disk.entries.get((int) delivered - 1).position();
    }

    /** Another node's marker: this one skips ahead. What it covers cannot be read here. */
    public synchronized void install(InMemoryReplicatedLog from) {
        disk.entries.clear();
        disk.entries.addAll(from.disk.entries.subList(0, (int) from.disk.markerPosition.index()));
        disk.marker = from.disk.marker;
        disk.markerPosition = from.disk.markerPosition;
        disk.firstIndex = disk.markerPosition.index() + 1;
    }

    /** Another node's log, that begins after {@code position}, from where it gets the rest of this one. */
    public synchronized InMemoryReplicatedLog copyFrom(Position position, ByteBuffer marker) {
        Disk other = new Disk();
        other.entries.addAll(disk.entries);
        other.marker = copy(marker);
        other.markerPosition = position;
        other.firstIndex = position.index() + 1;
        return new InMemoryReplicatedLog(other, logThread);
    }

    private synchronized LogListener told() {
        if (listener == null) {
            throw new IllegalStateException("not started");
        }
        return listener;
    }

    private synchronized void store(long entryTerm, ByteBuffer bytes, CompletableFuture<Position> future) {
        Entry entry = new Entry(new Position(entryTerm, disk.entries.size() + 1L), bytes);
        disk.entries.add(entry);
        notifyAll();
        logThread.execute(() -> {
            deliver(entry);
            future.complete(entry.position());
        });
    }

    private void deliver(Entry entry) {
        LogListener told;
        synchronized (this) {
            told = told();
            delivered = entry.position().index();
        }
        told.onCommitted(entry);
    }

    private static ByteBuffer copy(ByteBuffer payload) {
        ByteBuffer bytes = ByteBuffer.allocate(payload.remaining());
        return bytes.put(payload.duplicate()).flip().asReadOnlyBuffer();
    }

    // ---- what the log does

    @Override
    public synchronized void start(LogListener newListener) {
        listener = newListener;
        ByteBuffer marker = disk.marker;
        delivered = disk.markerPosition.index();
        if (marker != null) {
            logThread.execute(() -> newListener.onMarker(disk.markerPosition, marker.duplicate(), disk.firstIndex));
        }
        for (int i = (int) disk.markerPosition.index(); i < disk.entries.size(); i++) {
            Entry entry = disk.entries.get(i);
            logThread.execute(() -> deliver(entry));
        }
    }

    @Override
    public synchronized CompletionStage<Position> append(long appendTerm, ByteBuffer payload) {
        if (!leading || appendTerm != term || closed) {
            return CompletableFuture.failedFuture(
                    new AppendException(AppendException.Reason.NOT_LEADER, "leads in " + term + ": " + leading));
        }
        Pending entry = new Pending(appendTerm, copy(payload), new CompletableFuture<>());
        pending.add(entry);
        if (automatic) {
            commit(Integer.MAX_VALUE);
        }
        return entry.future();
    }

    @Override
    public synchronized CompletionStage<Long> readBarrier() {
        return CompletableFuture.completedFuture((long) disk.entries.size());
    }

    @Override
    public synchronized LogState state() {
        long last = disk.entries.size();
        return new LogState(
                term,
                leading ? Optional.of(SELF) : Optional.empty(),
                leading,
                last,
                delivered,
                disk.firstIndex,
                last,
                Members.voting(List.of(SELF)),
                Members.voting(List.of(SELF)),
                Map.of());
    }

    @Override
    public LogCursor read(long fromIndex) {
        return new LogCursor() {
            private long next = fromIndex;

            @Override
            public @Nullable LogEntry next(Duration timeout) throws InterruptedException {
                LogEntry entry = entry(next, timeout);
                next += entry == null ? 0 : 1;
                return entry;
            }

            @Override
            public void close() {}
        };
    }

    private synchronized @Nullable LogEntry entry(long index, Duration timeout) throws InterruptedException {
        if (index < disk.firstIndex) {
            throw new IllegalStateException("entry " + index + " was dropped");
        }
        long deadline = System.nanoTime() + timeout.toNanos();
        while (disk.entries.size() < index && !closed) {
            long millis = (deadline - System.nanoTime()) / 1_000_000;
            if (millis <= 0) {
                return null;
            }
            wait(millis);
        }
        return disk.entries.size() < index ? null : disk.entries.get((int) index - 1);
    }

    @Override
    public synchronized List<LogSegment> segments() {
        return List.of(new LogSegment(disk.firstIndex, 0));
    }

    @Override
    public CompletionStage<Optional<LogStart>> newestStart() {
        return CompletableFuture.completedFuture(Optional.empty());
    }

    @Override
    public CompletionStage<LogStart> presentStart() {
        return CompletableFuture.failedFuture(new IllegalStateException("one node is all there is"));
    }

    @Override
    public synchronized void releaseUpTo(long index) {
        disk.firstIndex = Math.max(disk.firstIndex, index + 1);
    }

    @Override
    public CompletionStage<Void> transferLeadership(NodeId to, Duration timeout) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Members> change(MemberChange change) {
        return CompletableFuture.failedFuture(new IllegalArgumentException("one node is all there is"));
    }

    @Override
    public LogTimings timings() {
        return new LogTimings() {
            private final Histogram none = new Histogram(2);

            @Override
            public Histogram queue() {
                return none;
            }

            @Override
            public Histogram write() {
                return none;
            }

            @Override
            public Histogram sync() {
                return none;
            }

            @Override
            public Histogram quorum() {
                return none;
            }
        };
    }

    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
    }
}
