package io.shareddb.replication.log.raft;

import io.shareddb.replication.log.AppendException;
import io.shareddb.replication.log.AppendException.Reason;
import io.shareddb.replication.log.LogCorruptException;
import io.shareddb.replication.log.LogCursor;
import io.shareddb.replication.log.LogListener;
import io.shareddb.replication.log.LogSegment;
import io.shareddb.replication.log.LogStart;
import io.shareddb.replication.log.LogState;
import io.shareddb.replication.log.LogTimings;
import io.shareddb.replication.log.MemberChange;
import io.shareddb.replication.log.Members;
import io.shareddb.replication.log.NodeId;
import io.shareddb.replication.log.Position;
import io.shareddb.replication.log.ReplicatedLog;
import io.shareddb.replication.log.transport.LogTransport;
import io.shareddb.replication.segment.DirectoryDisk;
import io.shareddb.replication.segment.Disk;
import io.shareddb.replication.segment.MarkerStore;
import io.shareddb.replication.segment.MarkerStore.Marker;
import io.shareddb.replication.segment.SegmentLog;
import io.shareddb.replication.segment.TermStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The replicated log on MicroRaft's core, our segment files and our transport. Thread-safe.
 *
 * <p>An append is on a majority's disks when it completes. With an even number of voters half of them is enough, as a leader then needs
 * one more than half of the votes: 2 of 4.
 */
public final class RaftReplicatedLog implements ReplicatedLog {
    private static final Logger log = LoggerFactory.getLogger(RaftReplicatedLog.class);
    private static final int START_SECONDS = 60;
    private static final int CLOSE_SECONDS = 10;

    private final LogSettings settings;
    private final Disk disk;
    private final LogTransport transport;
    private final Executor background;
    private final Random random;
    private final @Nullable ExecutorService ownExecutor;
    private final StateBoard board = new StateBoard();
    private final RecordedTimings timings = new RecordedTimings();
    private final AppendQueue appends;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile @Nullable SegmentLog segments;
    private volatile @Nullable RaftCore core;
    private volatile @Nullable SegmentRaftStore store;
    private boolean existing;

    /**
     * A log on a real disk. The directory is locked until {@link #close}, which is also due if {@link #start} fails.
     *
     * @param transport is closed with the log, and if this fails
     */
    public static RaftReplicatedLog open(LogSettings settings, Path directory, LogTransport transport)
            throws IOException {
        Disk disk;
        try {
            disk = DirectoryDisk.open(directory);
        } catch (IOException e) {
            transport.close();
            throw e;
        }
        ExecutorService files = Executors.newFixedThreadPool(2, task -> {
            Thread thread = new Thread(task, "shareddb-log-files-" + settings.self());
            thread.setDaemon(true);
            return thread;
        });
        return new RaftReplicatedLog(settings, disk, transport, files, new Random(), files);
    }

    /** A log of given parts, which all but {@code background} and {@code random} are closed with it. */
    public RaftReplicatedLog(
            LogSettings settings, Disk disk, LogTransport transport, Executor background, Random random) {
        this(settings, disk, transport, background, random, null);
    }

    private RaftReplicatedLog(
            LogSettings settings,
            Disk disk,
            LogTransport transport,
            Executor background,
            Random random,
            @Nullable ExecutorService ownExecutor) {
        this.settings = settings;
        this.disk = disk;
        this.transport = transport;
        this.background = background;
        this.random = random;
        this.ownExecutor = ownExecutor;
        this.appends = new AppendQueue(transport.thread(), settings.maxPendingBytes());
    }

    /**
     * Makes a log begin after {@code position}, because the database was copied from another node there: before {@link #start}, with
     * no log open on {@code disk}. The node keeps its term and vote.
     *
     * @param members committed ones of the other node, of that time or later
     * @param payload what {@link LogListener#takeMarker} gave on the other node there
     */
    public static void reset(Disk disk, Position position, Members members, ByteBuffer payload) throws IOException {
        MarkerStore.open(disk)
                .save(new Marker(
                        position,
                        true,
                        // what the log decides behind the marker comes again from there
                        Math.min(members.index(), position.index()),
                        members.all(),
                        members.voters(),
                        payload));
    }

    /** {@link #reset(Disk, Position, Members, ByteBuffer)} in a directory, which is made if it is missing. */
    public static void reset(Path directory, Position position, Members members, ByteBuffer payload)
            throws IOException {
        try (Disk disk = DirectoryDisk.open(directory)) {
            reset(disk, position, members, payload);
        }
    }

    /**
     * Makes the files of a log that has none, so that its owner can note that there is one before it takes part: before {@link #start}. Does
     * nothing to a log that is there.
     *
     * @throws LogCorruptException if part of one is there
     */
    public void begin() throws IOException {
        var unused = RecoveredLog.identity(disk, settings, TermStore.open(disk), MarkerStore.open(disk), existing);
    }

    /** There was a log before: finding none is a loss, not a beginning. Before {@link #start}. */
    public void mustExist() {
        existing = true;
    }

    @Override
    public void start(LogListener listener) {
        if (core != null || closed.get()) {
            throw new IllegalStateException("the log was started before");
        }
        try {
            RecoveredLog recovered = RecoveredLog.of(disk, settings, background, existing);
            segments = recovered.segments();
            onThread(() -> prepare(recovered, listener));
            transport.start(core());
            onThread(core()::start);
        } catch (IOException e) {
            throw new UncheckedIOException("the log of " + settings.self() + " cannot start: " + e.getMessage(), e);
        }
    }

    /** Runs a step of the start on the log's thread and waits for it. */
    private void onThread(Runnable step) throws IOException {
        if (transport.thread().isCurrent()) {
            step.run();
            return;
        }
        CompletableFuture<Void> done = new CompletableFuture<>();
        transport.thread().execute(() -> {
            try {
                step.run();
                done.complete(null);
            } catch (RuntimeException | Error e) {
                done.completeExceptionally(e);
            }
        });
        try {
            done.get(START_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (TimeoutException e) {
            throw new IOException("did not start within " + START_SECONDS + "s", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IOException(e.getCause());
        }
    }

    private void prepare(RecoveredLog recovered, LogListener listener) {
        Optional<Marker> marker = recovered.markers().marker();
        marker.ifPresent(m -> {
            board.progress(m.position().index(), m.position().index());
            listener.onMarker(
                    m.position(), m.payload().duplicate(), recovered.segments().firstIndex());
        });
        PayloadCache cache = new PayloadCache(settings.cacheBytes(), recovered.segments());
        DeferredObserver observer = new DeferredObserver();
        SegmentRaftStore raftStore = new SegmentRaftStore(
                recovered.terms(), recovered.markers(), recovered.segments(), cache, observer, observer::fail);
        RaftCore started = new RaftCore(
                new RaftCore.Parts(
                        settings,
                        transport,
                        recovered.segments(),
                        board,
                        timings,
                        listener,
                        background,
                        random,
                        this::stopped),
                raftStore,
                recovered.restored());
        observer.core = started;
        store = raftStore;
        core = started;
    }

    /** Breaks the circle between the store, which tells the core, and the core, which needs the store. */
    private static final class DeferredObserver implements SegmentRaftStore.SyncObserver {
        @Nullable
        RaftCore core;

        private RaftCore core() {
            RaftCore known = core;
            if (known == null) {
                throw new IllegalStateException("not started");
            }
            return known;
        }

        void fail(Throwable cause) {
            core().fail(cause);
        }

        @Override
        public void beforeWrite() {
            core().beforeWrite();
        }

        @Override
        public void afterWrite() {
            core().afterWrite();
        }

        @Override
        public void afterSync() {
            core().afterSync();
        }
    }

    @Override
    public CompletionStage<Position> append(long term, ByteBuffer payload) {
        return appends.add(term, payload, closed.get() ? null : core);
    }

    private void stopped(AppendException cause) {
        closed.set(true);
        appends.fail(cause);
    }

    @Override
    public CompletionStage<Long> readBarrier() {
        CompletableFuture<Long> barrier = new CompletableFuture<>();
        return onThread(barrier, running -> running.readBarrier(barrier));
    }

    private <T> CompletionStage<T> onThread(CompletableFuture<T> future, java.util.function.Consumer<RaftCore> call) {
        RaftCore running = core;
        if (running == null || closed.get()) {
            future.completeExceptionally(new AppendException(Reason.CLOSED, "the log is not open"));
        } else {
            transport.thread().execute(() -> call.accept(running));
        }
        return future;
    }

    private RaftCore core() {
        RaftCore running = core;
        if (running == null) {
            throw new IllegalStateException("the log was not started");
        }
        return running;
    }

    private SegmentLog openSegments() {
        SegmentLog opened = segments;
        if (opened == null) {
            throw new IllegalStateException("the log was not started");
        }
        return opened;
    }

    @Override
    public LogState state() {
        SegmentLog opened = openSegments();
        return board.state(opened.firstIndex(), opened.lastIndex());
    }

    @Override
    public LogCursor read(long fromIndex) {
        return new SegmentCursor(openSegments(), board, fromIndex, damage -> core().damaged(damage));
    }

    @Override
    public List<LogSegment> segments() {
        SegmentLog opened = segments;
        return opened == null ? List.of() : opened.files();
    }

    @Override
    public CompletionStage<Optional<LogStart>> newestStart() {
        CompletableFuture<Optional<LogStart>> future = new CompletableFuture<>();
        return onThread(future, running -> {
            SegmentRaftStore opened = store;
            future.complete(opened == null ? Optional.empty() : opened.newestStart());
        });
    }

    @Override
    public CompletionStage<LogStart> presentStart() {
        CompletableFuture<LogStart> future = new CompletableFuture<>();
        return onThread(future, running -> running.presentStart(future));
    }

    @Override
    public void releaseUpTo(long index) {
        SegmentRaftStore opened = store;
        if (opened != null && !closed.get()) {
            transport.thread().execute(() -> core().release(opened, index));
        }
    }

    @Override
    public CompletionStage<Void> transferLeadership(NodeId to, Duration timeout) {
        CompletableFuture<Void> future = new CompletableFuture<>();
        return onThread(future, running -> running.transfer(to, timeout, future));
    }

    @Override
    public CompletionStage<Members> change(MemberChange change) {
        CompletableFuture<Members> future = new CompletableFuture<>();
        return onThread(future, running -> running.change(change, future));
    }

    @Override
    public LogTimings timings() {
        return timings;
    }

    /** Leaves at once: the others notice. Hand leadership over first where that matters. */
    @Override
    public void close() {
        closed.set(true);
        RaftCore running = core;
        if (running != null) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            try {
                if (transport.thread().isCurrent()) {
                    running.close();
                } else {
                    transport.thread().execute(() -> {
                        running.close();
                        done.complete(null);
                    });
                    done.get(CLOSE_SECONDS, TimeUnit.SECONDS);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException | TimeoutException | java.util.concurrent.RejectedExecutionException e) {
                log.warn("the log of {} did not stop in good order", settings.self(), e);
            }
        }
        transport.close();
        if (ownExecutor != null) {
            ownExecutor.shutdown();
        }
        try {
            SegmentLog opened = segments;
            if (opened != null) {
                opened.close();
            }
            disk.close();
        } catch (IOException e) {
            log.warn("cannot close the log of {} in {}", settings.self(), disk.describe(), e);
        }
    }
}
