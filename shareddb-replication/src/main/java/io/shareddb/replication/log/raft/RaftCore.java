package io.shareddb.replication.log.raft;

import static io.microraft.RaftRole.LEARNER;

import io.microraft.Ordered;
import io.microraft.QueryPolicy;
import io.microraft.RaftConfig;
import io.microraft.RaftEndpoint;
import io.microraft.RaftNode;
import io.microraft.RaftNodeStatus;
import io.microraft.exception.CannotReplicateException;
import io.microraft.exception.NotLeaderException;
import io.microraft.impl.RaftNodeImpl;
import io.microraft.impl.state.LeaderState;
import io.microraft.impl.state.RaftState;
import io.microraft.model.message.AppendEntriesRequest;
import io.microraft.model.message.AppendEntriesSuccessResponse;
import io.microraft.model.message.PreVoteRequest;
import io.microraft.model.message.PreVoteResponse;
import io.microraft.model.message.RaftMessage;
import io.microraft.model.message.VoteRequest;
import io.microraft.model.message.VoteResponse;
import io.microraft.persistence.RestoredRaftState;
import io.netty.buffer.ByteBuf;
import io.shareddb.replication.log.AppendException;
import io.shareddb.replication.log.AppendException.Reason;
import io.shareddb.replication.log.LogCorruptException;
import io.shareddb.replication.log.LogListener;
import io.shareddb.replication.log.LogStart;
import io.shareddb.replication.log.MemberChange;
import io.shareddb.replication.log.Members;
import io.shareddb.replication.log.NodeId;
import io.shareddb.replication.log.Position;
import io.shareddb.replication.log.RemovedException;
import io.shareddb.replication.log.transport.LogTransport;
import io.shareddb.replication.segment.SegmentLog;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives the library's node. Log's thread only.
 *
 * <p>The library (MicroRaft 0.7) is driven around these faults of its, each found by reading it or by the simulation:
 *
 * <ul>
 *   <li>It takes answers of an earlier term, delayed until this node leads again, as answers to what it sends now, and would count
 *       entries that a follower does not have: such answers are dropped ({@link FollowerAnswers}).
 *   <li>A follower cannot verify an append whose previous entry is its newest marker's, or lies before, when entries follow the
 *       marker; leader and follower then repeat themselves for ever: such an append is cut to begin after the marker ({@link
 *       ReceivedAppends}).
 *   <li>It keeps a follower's entries behind an installed snapshot, even if they conflict, and votes by them: snapshots are never
 *       installed, missing entries are fetched and appended ({@link CatchUp}).
 *   <li>A follower whose pre-vote came to nothing, because the leader was heard of again, never starts another one in that term: it is
 *       reminded ({@link Elections}).
 *   <li>A follower that has voted, and has not heard of the new leader yet, asks for a pre-vote with its next heartbeat, which a leader
 *       that just handed over grants; the election that follows ends the new leader's term: it does not ask so soon ({@link
 *       Elections#voteUnderWay}).
 *   <li>A candidate whose votes took too long asks again, and is refused until the last leader has been silent for long enough, also by
 *       those who voted for it: who knows of no leader has none to stand up for ({@link #raft}).
 *   <li>The time limit of a candidate may be the one of an earlier candidacy: {@link RaftThread}.
 *   <li>Queries join a round that began before they came: {@link ReadBarriers}.
 *   <li>An entry appended while a heartbeat with a query is in flight waits for the next heartbeat: it is sent when the answer comes
 *       ({@link FollowerAnswers}).
 *   <li>A leader finds where a follower's log ends by going back entry by entry, one message each: the follower says where it ends
 *       ({@link FollowerAnswers}).
 *   <li>A follower goes back with what it knows to be committed when an append that later ones overtook says that more is committed than
 *       it carries: that part of it is dropped ({@link ReceivedAppends}).
 *   <li>A follower that gets a second change of members before it knows that the first one is committed mixes them up; that the second one
 *       is there proves it, so it is told ({@link ReceivedAppends}).
 *   <li>A node that does not vote, by the members that it knows, counts its own vote all the same, and a learner asks for votes when it
 *       starts: votes for such a node are dropped ({@link #raft}).
 *   <li>A leader takes an answer of a learner for one of a voter when it finds out whether a majority still hears it: {@link
 *       Elections}.
 *   <li>It allows two learners at most, and changes of members while leadership is handed over: {@link MemberChanges} checks for itself.
 *   <li>An exception in its tasks is logged and forgotten, also when the disk failed: {@link #fail} stops everything first.
 * </ul>
 */
final class RaftCore implements LogTransport.Receiver, SegmentRaftStore.SyncObserver, Deliverer.Progress {
    private static final Logger log = LoggerFactory.getLogger(RaftCore.class);
    private static final int BATCH_ENTRIES = 2_000;
    private static final int NEVER_SECONDS = 1_000_000;

    /** What the core is made of. */
    record Parts(
            LogSettings settings,
            LogTransport transport,
            SegmentLog segments,
            StateBoard board,
            RecordedTimings timings,
            LogListener listener,
            Executor background,
            Random random,
            Consumer<AppendException> onStopped) {}

    private record Transfer(NodeId to, CompletableFuture<Void> future) {}

    private final Parts parts;
    private final LogTransport transport;
    private final LogListener listener;
    private final StateBoard board;
    private final MessageCodec codec = new MessageCodec();
    private final RaftThread raftThread;
    private final ScaledClock clock;
    private final Outbox outbox;
    private final ReadBarriers barriers;
    private final FetchServer fetchServer;
    private final RaftNodeImpl node;
    private final FollowerAnswers answers;
    private final ReceivedAppends appends;
    private final MemberChanges memberChanges;
    private final CatchUp catchUp;
    private final Elections elections;
    private final List<Append> unwritten = new ArrayList<>();
    private final ArrayDeque<Append> pending = new ArrayDeque<>();
    private final List<Transfer> transfers = new ArrayList<>();
    private boolean stopped;
    private boolean ready;
    private long announcedTerm;
    private long knownTerm = -1;
    private @Nullable NodeId knownLeader;
    private boolean knownLeads;
    private @Nullable Object knownMembers;
    private @Nullable Object knownCommittedMembers;
    private boolean closing;
    private long writtenNanos;
    private long busyNanos; // since when this thread was writing last

    RaftCore(Parts parts, SegmentRaftStore store, RestoredRaftState restored) {
        this.parts = parts;
        this.transport = parts.transport();
        this.listener = parts.listener();
        this.board = parts.board();
        LogSettings settings = parts.settings();
        this.raftThread = new RaftThread(transport.thread(), settings.heartbeat(), this::term, this::afterTask);
        this.clock = new ScaledClock(transport.thread(), settings.heartbeat());
        this.outbox = new Outbox(transport, codec, parts.segments(), this::comesTooSoon, this::fail);
        this.fetchServer = new FetchServer(
                parts.segments(), board, transport, codec, parts.background(), this::damaged, this::fail);
        int recovered = restored.getLogEntries().size();
        RaftConfig config = RaftConfig.newBuilder()
                .setLeaderHeartbeatPeriodSecs(1)
                .setLeaderHeartbeatTimeoutSecs(settings.leaderTimeout().toMillis()
                        / settings.heartbeat().toMillis())
                .setLeaderElectionTimeoutMillis(1_000)
                .setAppendEntriesRequestBatchSize(BATCH_ENTRIES)
                .setCommitCountToTakeSnapshot(settings.markerEvery())
                .setMaxPendingLogEntryCount(Math.max(settings.maxPendingEntries(), recovered))
                .setTransferSnapshotsFromFollowersEnabled(false)
                .setRaftNodeReportPublishPeriodSecs(NEVER_SECONDS)
                .build();
        this.node = (RaftNodeImpl) RaftNode.newBuilder()
                .setGroupId(MessageCodec.group())
                .setRestoredState(restored)
                .setConfig(config)
                .setExecutor(raftThread)
                .setTransport(outbox)
                .setStateMachine(new Deliverer(listener, this))
                .setModelFactory(new RaftModels())
                .setStore(store)
                .setRandom(new ElectionNoise(parts.random()))
                .setClock(clock)
                .build();
        outbox.node(node);
        this.answers = new FollowerAnswers(node, codec, this::handle);
        this.appends = new ReceivedAppends(node, codec, outbox, this::handle, this::isStopped, this::fail);
        this.memberChanges = new MemberChanges(node);
        this.catchUp = new CatchUp(
                node, transport, codec, settings.maxPendingEntries(), appends::append, listener::onReseedRequired);
        this.elections = new Elections(
                node, clock, settings, parts.random(), transport.thread(), this::isStopped, this::afterTask);
        this.barriers = new ReadBarriers(transport.thread(), this::query);
    }

    private CompletableFuture<Ordered<Object>> query() {
        CompletableFuture<Ordered<Object>> asked = inlineCall(
                () -> node.query(Deliverer.BARRIER, QueryPolicy.LINEARIZABLE, Optional.empty(), Optional.empty()));
        outbox.flush();
        return asked;
    }

    private <T> CompletableFuture<Ordered<T>> inlineCall(
            java.util.function.Supplier<CompletableFuture<Ordered<T>>> call) {
        return raftThread.inline(call);
    }

    /** Starts the library; messages and calls may come from now on. */
    void start() {
        CompletableFuture<Ordered<Object>> started = inlineCall(node::start);
        if (started.isCompletedExceptionally()) {
            throw new IllegalStateException(
                    "the log of " + parts.settings().self() + " could not start", cause(started));
        }
        if (node.state().role() == LEARNER) {
            node.toFollower(node.state().term()); // forgets the pre-vote that it has begun
        }
        publishMembers();
        afterTask();
        transport.thread().schedule(this::watch, parts.settings().heartbeat());
    }

    private static Throwable cause(CompletableFuture<?> failed) {
        Throwable failure = failed.handle((done, thrown) -> thrown).join();
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    // --- messages

    @Override
    public void onFrame(NodeId from, ByteBuf frame) {
        if (stopped) {
            return;
        }
        Inbound inbound = codec.read(from, frame);
        if (inbound instanceof Inbound.Plain plain) {
            raft(plain.message());
        } else if (inbound instanceof Inbound.Mismatch mismatch) {
            answers.mismatch(mismatch.message(), mismatch.lastIndex());
        } else if (inbound instanceof Inbound.Behind behind) {
            behind(from, behind);
        } else if (inbound instanceof Inbound.Fetch fetch) {
            fetchServer.serve(from, fetch);
        } else if (inbound instanceof Inbound.Fetched fetched) {
            catchUp.fetched(fetched);
        }
        observe();
    }

    @Override
    public void onBatchEnd() {
        if (!stopped) {
            publishMatches();
            outbox.flush();
        }
    }

    private void handle(RaftMessage message) {
        raftThread.inline(() -> {
            node.handle(message);
            return message;
        });
    }

    private void raft(RaftMessage message) {
        if (message instanceof AppendEntriesRequest request) {
            appends.append(request);
        } else if (message instanceof AppendEntriesSuccessResponse response) {
            answers.success(response);
        } else if (message instanceof VoteRequest request) {
            handle(elections.hasLeader() ? request : codec.notSticky(request));
            elections.voted();
        } else if (votes() || !(message instanceof VoteResponse || message instanceof PreVoteResponse)) {
            handle(message);
        }
    }

    private int term() {
        return node.state().term();
    }

    private boolean comesTooSoon(RaftMessage message) {
        return message instanceof PreVoteRequest && elections.voteUnderWay();
    }

    /** By the newest members in its log. */
    private boolean votes() {
        return node.state().isVotingMember(node.getLocalEndpoint());
    }

    /** Answered like a heartbeat, so that the leader knows that we live and where we are; then the entries are fetched. */
    private void behind(NodeId from, Inbound.Behind behind) {
        long commitIndex = node.state().commitIndex();
        appends.withOffset(
                commitIndex,
                codec.append(new Endpoint(from), behind.term(), 0, 0, 0, behind.querySequenceNumber(), 0, List.of()));
        RaftState state = node.state();
        if (!stopped && state.term() == behind.term() && new Endpoint(from).equals(state.leader())) {
            catchUp.behind(from, behind.term(), behind.committedIndex());
        }
    }

    @Override
    public void onRefused(NodeId peer) {
        if (!stopped) {
            elections.onRefused(peer);
        }
    }

    private void watch() {
        if (stopped) {
            return;
        }
        elections.tick();
        catchUp.tick();
        afterTask();
        transport.thread().schedule(this::watch, parts.settings().heartbeat());
    }

    // --- calls

    /** Hands appends to the library, in order. */
    void append(Append append) {
        if (stopped) {
            append.fail(Reason.CLOSED, "the log is closed or its disk failed");
            return;
        }
        RaftState state = node.state();
        if (state.leaderState() == null || state.term() != append.term) {
            append.fail(
                    Reason.NOT_LEADER,
                    "cannot append in term " + append.term + ": this node "
                            + (state.leaderState() == null ? "follows" : "leads") + " in term " + state.term());
            return;
        }
        append.takenNanos = transport.thread().nanoTime();
        parts.timings().queue.record(append.takenNanos - append.askedNanos);
        CompletableFuture<Ordered<EntryData>> replicated = inlineCall(() -> node.replicate(append.entry));
        if (replicated.isCompletedExceptionally()) {
            refused(append, cause(replicated));
            return;
        }
        unwritten.add(append);
        pending.add(append);
        var unused = replicated.whenComplete((done, failure) -> finished(append, failure));
    }

    private void refused(Append append, Throwable cause) {
        if (cause instanceof NotLeaderException) {
            append.fail(Reason.NOT_LEADER, "this node does not lead");
        } else if (cause instanceof CannotReplicateException) {
            boolean transferring = node.state().leadershipTransferState() != null;
            append.fail(
                    transferring ? Reason.NOT_LEADER : Reason.OVERLOADED,
                    transferring ? "leadership is being handed over" : "too many entries wait for a majority");
        } else {
            append.fail(Reason.UNKNOWN, "the log failed: " + cause);
            fail(cause);
        }
    }

    private void finished(Append append, @Nullable Throwable failure) {
        if (failure == null) {
            parts.timings().quorum.record(transport.thread().nanoTime() - append.askedNanos);
            append.future.complete(append.entry.position());
        } else {
            append.fail(Reason.UNKNOWN, "leadership was lost before a majority had the entry; it may still commit");
        }
        while (!pending.isEmpty() && pending.element().future.isDone()) {
            pending.remove();
        }
    }

    void readBarrier(CompletableFuture<Long> barrier) {
        if (stopped) {
            barrier.completeExceptionally(closed());
        } else {
            barriers.add(barrier);
            outbox.flush();
        }
    }

    void transfer(NodeId to, Duration timeout, CompletableFuture<Void> future) {
        if (stopped) {
            future.completeExceptionally(closed());
            return;
        }
        if (node.state().leaderState() == null) {
            future.completeExceptionally(new AppendException(Reason.NOT_LEADER, "this node does not lead"));
            return;
        }
        if (to.equals(parts.settings().self())) {
            future.complete(null);
            return;
        }
        CompletableFuture<Ordered<Object>> asked = inlineCall(() -> node.transferLeadership(new Endpoint(to)));
        Transfer transfer = new Transfer(to, future);
        transfers.add(transfer);
        var unused = asked.whenComplete((done, failure) -> {
            if (failure != null) {
                future.completeExceptionally(failure);
            }
        });
        transport
                .thread()
                .schedule(
                        () -> future.completeExceptionally(new TimeoutException(
                                to + " did not take over leadership within " + timeout.toMillis() + "ms")),
                        timeout);
        afterTask();
    }

    /** Appends a change of members. */
    void change(MemberChange change, CompletableFuture<Members> future) {
        if (stopped) {
            future.completeExceptionally(closed());
            return;
        }
        memberChanges.change(change, ready, future);
        afterTask();
    }

    /** Where the log of a new member can begin. */
    void presentStart(CompletableFuture<LogStart> future) {
        try {
            future.complete(PresentStart.of(node.state(), listener));
        } catch (RuntimeException e) {
            future.completeExceptionally(e);
        }
    }

    void release(SegmentRaftStore store, long index) {
        if (!stopped) {
            try {
                store.release(index);
            } catch (IOException e) {
                fail(e);
            }
        }
    }

    // --- what the library tells

    @Override
    public boolean isStopped() {
        return stopped;
    }

    @Override
    public long termOf(long index) {
        return node.state().log().getLogEntry(index).getTerm();
    }

    @Override
    public void delivered(Position position, boolean newTerm) {
        board.progress(node.state().commitIndex(), position.index());
        RaftState state = node.state();
        if (newTerm && state.leaderState() != null && state.term() == position.term() && !ready) {
            ready = true;
            announcedTerm = position.term();
            observe();
            publishRole();
            listen(() -> listener.onLeader(position.term()));
        }
    }

    @Override
    public void beforeWrite() {
        outbox.flush();
        busyNanos = transport.thread().nanoTime();
    }

    @Override
    public void afterWrite() {
        writtenNanos = transport.thread().nanoTime();
        for (Append append : unwritten) {
            parts.timings().write.record(writtenNanos - append.takenNanos);
        }
        unwritten.clear();
    }

    @Override
    public void afterSync() {
        long stalled = transport.thread().nanoTime()
                - busyNanos
                - parts.settings().heartbeat().toNanos();
        if (stalled > 0) { // what the others said meanwhile is yet to be read
            clock.putBack(Duration.ofNanos(stalled));
        }
        if (node.state().leaderState() != null) {
            parts.timings().sync.record(transport.thread().nanoTime() - writtenNanos);
        }
    }

    /** After everything that was done outside of a batch of frames. */
    void afterTask() {
        if (!stopped) {
            observe();
            publishMatches();
            outbox.flush();
        }
    }

    /** Tells the listener what changed of roles. */
    private void observe() {
        if (stopped) {
            return;
        }
        RaftState state = node.state();
        long term = state.term();
        RaftEndpoint leaderEndpoint = state.leader();
        NodeId leader = leaderEndpoint == null ? null : Endpoint.id(leaderEndpoint);
        boolean leads = state.leaderState() != null;
        boolean sameLeader = leader == null ? knownLeader == null : leader.equals(knownLeader);
        if (state.effectiveGroupMembers() != knownMembers || state.committedGroupMembers() != knownCommittedMembers) {
            publishMembers();
        }
        if (node.getStatus() == RaftNodeStatus.TERMINATED && !closing) {
            removed();
            return;
        }
        if (term == knownTerm && sameLeader && leads == knownLeads) {
            return;
        }
        if (knownLeads && (!leads || term != knownTerm)) {
            ready = false;
            unwritten.clear();
        }
        boolean changed = term != knownTerm || !sameLeader;
        knownTerm = term;
        knownLeader = leader;
        knownLeads = leads;
        publishRole();
        barriers.role(leads, ready);
        if (announcedTerm != 0 && !ready) {
            long was = announcedTerm;
            announcedTerm = 0;
            listen(() -> listener.onNotLeader(was));
        }
        if (changed) {
            listen(() -> listener.onLeaderChanged(Optional.ofNullable(leader), term));
        }
        transfers.removeIf(transfer -> transfer.future().isDone()
                || (transfer.to().equals(leader) && transfer.future().complete(null)));
    }

    private void publishRole() {
        board.role(knownTerm, knownLeader, ready);
        if (knownLeads) {
            barriers.role(true, ready);
        } else {
            board.matches(Map.of());
        }
    }

    private void publishMembers() {
        RaftState state = node.state();
        knownMembers = state.effectiveGroupMembers();
        knownCommittedMembers = state.committedGroupMembers();
        board.members(
                MemberChanges.members(state.effectiveGroupMembers()),
                MemberChanges.members(state.committedGroupMembers()));
    }

    /** It has the entry that says so, committed. */
    private void removed() {
        RemovedException cause = new RemovedException(parts.settings().self());
        log.info("the log of {} stops: {}", parts.settings().self(), cause.getMessage());
        stop();
        transport.disconnect();
        listener.onFatal(cause);
    }

    private void publishMatches() {
        LeaderState leaderState = node.state().leaderState();
        if (leaderState != null) {
            Map<NodeId, Long> matches = new HashMap<>();
            leaderState
                    .getFollowerStates()
                    .forEach((endpoint, follower) -> matches.put(Endpoint.id(endpoint), follower.matchIndex()));
            board.matches(matches);
        }
        board.progress(node.state().commitIndex(), node.state().lastApplied());
    }

    private void listen(Runnable call) {
        if (stopped) {
            return;
        }
        try {
            call.run();
        } catch (RuntimeException | Error e) {
            fail(e);
        }
    }

    /** Old entries cannot be read: nothing that this node does for the others depends on them. Any thread. */
    void damaged(LogCorruptException cause) {
        transport.thread().execute(() -> listen(() -> listener.onDamaged(cause)));
    }

    /** The end: from here on this node sends, acknowledges and delivers nothing. */
    @Override
    public void fail(Throwable cause) {
        if (stopped) {
            return;
        }
        log.error(
                "the log of {} stops: term={} lastIndex={}",
                parts.settings().self(),
                knownTerm,
                parts.segments().lastIndex(),
                cause);
        stop();
        transport.disconnect();
        try {
            listener.onFatal(cause);
        } catch (RuntimeException | Error e) {
            log.error("the listener of {} failed too", parts.settings().self(), e);
        }
    }

    /** Stops in good order. */
    void close() {
        if (!stopped) {
            closing = true;
            var unused = inlineCall(node::terminate);
            observe();
            stop();
        }
    }

    private void stop() {
        stopped = true;
        raftThread.stop();
        outbox.stop();
        ready = false;
        board.role(knownTerm, null, false);
        for (Append append : pending) {
            append.fail(Reason.CLOSED, "the log was closed or its disk failed; the entry may still commit");
        }
        pending.clear();
        unwritten.clear();
        barriers.stop(closed());
        parts.onStopped().accept(closed());
        board.close();
    }

    private static AppendException closed() {
        return new AppendException(Reason.CLOSED, "the log is closed or its disk failed");
    }
}
