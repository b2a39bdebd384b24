package io.shareddb.replication.log.raft;

import static io.microraft.RaftRole.FOLLOWER;
import static io.microraft.RaftRole.LEARNER;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.microraft.MembershipChangeMode;
import io.microraft.Ordered;
import io.microraft.QueryPolicy;
import io.microraft.RaftConfig;
import io.microraft.RaftEndpoint;
import io.microraft.RaftNode;
import io.microraft.RaftNodeStatus;
import io.microraft.exception.CannotReplicateException;
import io.microraft.exception.NotLeaderException;
import io.microraft.impl.RaftNodeImpl;
import io.microraft.impl.log.RaftLog;
import io.microraft.impl.state.FollowerState;
import io.microraft.impl.state.LeaderState;
import io.microraft.impl.state.RaftGroupMembersState;
import io.microraft.impl.state.RaftState;
import io.microraft.impl.task.ReplicateTask;
import io.microraft.impl.util.OrderedFuture;
import io.microraft.model.groupop.UpdateRaftGroupMembersOp;
import io.microraft.model.impl.groupop.DefaultUpdateRaftGroupMembersOpOrBuilder;
import io.microraft.model.log.LogEntry;
import io.microraft.model.message.AppendEntriesFailureResponse;
import io.microraft.model.message.AppendEntriesRequest;
import io.microraft.model.message.AppendEntriesSuccessResponse;
import io.microraft.model.message.PreVoteResponse;
import io.microraft.model.message.RaftMessage;
import io.microraft.model.message.VoteResponse;
import io.microraft.persistence.RestoredRaftState;
import io.netty.buffer.ByteBuf;
import io.shareddb.replication.log.AppendException;
import io.shareddb.replication.log.AppendException.Reason;
import io.shareddb.replication.log.LogListener;
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
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
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
 *       entries that a follower does not have: such answers are dropped ({@link #raft}).
 *   <li>A follower cannot verify an append whose previous entry is its newest marker's, or lies before, when entries follow the
 *       marker; leader and follower then repeat themselves for ever: such an append is cut to begin after the marker ({@link
 *       #append}).
 *   <li>It keeps a follower's entries behind an installed snapshot, even if they conflict, and votes by them: snapshots are never
 *       installed, missing entries are fetched and appended ({@link CatchUp}).
 *   <li>A follower whose pre-vote came to nothing, because the leader was heard of again, never starts another one in that term: it is
 *       reminded ({@link #watch}).
 *   <li>Queries join a round that began before they came: {@link ReadBarriers}.
 *   <li>An entry appended while a heartbeat with a query is in flight waits for the next heartbeat: it is sent when the answer comes
 *       ({@link #success}).
 *   <li>A leader finds where a follower's log ends by going back entry by entry, one message each: the follower says where it ends
 *       ({@link #mismatch}).
 *   <li>A follower that gets a second change of members before it knows that the first one is committed mixes them up; that the second one
 *       is there proves it, so it is told ({@link #withCommittedMembers}).
 *   <li>A node that does not vote, by the members that it knows, counts its own vote all the same, and a learner asks for votes when it
 *       starts: votes for such a node are dropped ({@link #raft}).
 *   <li>A leader takes an answer of a learner for one of a voter when it finds out whether a majority still hears it: {@link
 *       #stepDownWithoutVoters}.
 *   <li>It allows two learners at most, and changes of members while leadership is handed over: {@link #change} checks for itself.
 *   <li>An exception in its tasks is logged and forgotten, also when the disk failed: {@link #fail} stops everything first.
 * </ul>
 */
final class RaftCore implements LogTransport.Receiver, SegmentRaftStore.SyncObserver, Deliverer.Progress {
    private static final Logger log = LoggerFactory.getLogger(RaftCore.class);
    private static final int BATCH_ENTRIES = 2_000;
    private static final int MAX_HINT_DELAY_MILLIS = 30;
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
    private final CatchUp catchUp;
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

    RaftCore(Parts parts, SegmentRaftStore store, RestoredRaftState restored) {
        this.parts = parts;
        this.transport = parts.transport();
        this.listener = parts.listener();
        this.board = parts.board();
        LogSettings settings = parts.settings();
        this.raftThread = new RaftThread(transport.thread(), settings.heartbeat(), this::afterTask);
        this.clock = new ScaledClock(transport.thread(), settings.heartbeat());
        this.outbox = new Outbox(transport, codec, parts.segments(), this::fail);
        this.fetchServer = new FetchServer(parts.segments(), board, transport, codec, parts.background(), this::fail);
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
        this.catchUp = new CatchUp(
                node, transport, codec, settings.maxPendingEntries(), this::append, listener::onReseedRequired);
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
        try {
            failed.getNow(null);
            return new IllegalStateException("did not fail");
        } catch (java.util.concurrent.CompletionException e) {
            return e.getCause() == null ? e : e.getCause();
        } catch (java.util.concurrent.CancellationException e) {
            return e;
        }
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
            mismatch(mismatch.message(), mismatch.lastIndex());
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
            append(request);
        } else if (message instanceof AppendEntriesSuccessResponse response) {
            success(response);
        } else if (votes() || !(message instanceof VoteResponse || message instanceof PreVoteResponse)) {
            handle(message);
        }
    }

    /** By the newest members in its log. */
    private boolean votes() {
        return node.state().isVotingMember(node.getLocalEndpoint());
    }

    /** Within a term there is one leader and one leadership: an answer of the current term belongs to the current one. */
    private boolean isStale(RaftMessage answer) {
        return answer.getTerm() < node.state().term();
    }

    private void success(AppendEntriesSuccessResponse response) {
        if (isStale(response)) {
            return;
        }
        handle(response);
        LeaderState leaderState = node.state().leaderState();
        FollowerState follower = leaderState == null ? null : leaderState.getFollowerStateOrNull(response.getSender());
        if (follower != null
                && !follower.isRequestBackoffSet()
                && follower.matchIndex() > 0
                && follower.nextIndex() <= node.state().log().lastLogOrSnapshotIndex()) {
            node.sendAppendEntriesRequest(response.getSender());
        }
    }

    /**
     * The follower's log ends at {@code lastIndex} or conflicts: the library goes back one entry for each such answer, so it gets as many
     * as it takes. All but the last carry no flow control number, so that nothing is sent before the last.
     */
    private void mismatch(AppendEntriesFailureResponse response, long lastIndex) {
        LeaderState leaderState = node.state().leaderState();
        if (isStale(response)) {
            return;
        }
        FollowerState follower = leaderState == null ? null : leaderState.getFollowerStateOrNull(response.getSender());
        if (follower == null
                || response.getTerm() > node.state().term()
                || response.getExpectedNextIndex() != follower.nextIndex()) {
            handle(response);
            return;
        }
        Endpoint sender = (Endpoint) response.getSender();
        if (follower.nextIndex() - 1 <= follower.matchIndex()) {
            // A late answer to an earlier attempt: by now the follower has what it lacked. It only shows that it lives.
            handle(codec.mismatch(
                    sender,
                    response.getTerm(),
                    0,
                    response.getQuerySequenceNumber(),
                    response.getFlowControlSequenceNumber()));
            return;
        }
        long next = Math.max(follower.matchIndex() + 1, Math.min(follower.nextIndex() - 1, lastIndex + 1));
        for (long expected = follower.nextIndex(); expected > next + 1 && follower.isRequestBackoffSet(); expected--) {
            handle(codec.mismatch(sender, response.getTerm(), expected, 0, 0));
        }
        handle(codec.mismatch(
                sender,
                response.getTerm(),
                follower.nextIndex(),
                response.getQuerySequenceNumber(),
                response.getFlowControlSequenceNumber()));
    }

    private void append(AppendEntriesRequest received) {
        RaftState state = node.state();
        RaftLog memory = state.log();
        AppendEntriesRequest request = withCommittedMembers(received);
        long marker = memory.snapshotIndex();
        long previous = request.getPreviousLogIndex();
        if (request.getTerm() < state.term()
                || marker == 0
                || previous > marker
                || memory.containsLogEntry(previous)
                || (previous == marker && memory.lastLogOrSnapshotIndex() == marker)) {
            handle(request);
            return;
        }
        if (previous == marker
                && request.getPreviousLogTerm() != memory.snapshotEntry().getTerm()) {
            fail(new IllegalStateException("the leader " + request.getSender() + " has entry " + previous + " of term "
                    + request.getPreviousLogTerm() + ", which was committed here in term "
                    + memory.snapshotEntry().getTerm()));
            return;
        }
        // Up to the marker everything is committed, so it is the same here and there. The library is told that the
        // entries behind
        // it come first of all, which it does not verify; the answer is put right on its way out.
        List<LogEntry> behind = new ArrayList<>();
        for (LogEntry entry : untilSecondChange(request.getLogEntries(), 0)) {
            if (entry.getIndex() > marker) {
                behind.add(entry);
            }
        }
        withOffset(
                marker,
                codec.append(
                        (Endpoint) request.getSender(),
                        request.getTerm(),
                        0,
                        0,
                        0,
                        request.getQuerySequenceNumber(),
                        request.getFlowControlSequenceNumber(),
                        behind));
        commitBehindMarker(request, behind);
    }

    /** The rest of {@link #append}: what was appended behind the marker may be committed already. */
    private void commitBehindMarker(AppendEntriesRequest request, List<LogEntry> behind) {
        RaftState state = node.state();
        if (stopped || behind.isEmpty() || state.term() != request.getTerm()) {
            return;
        }
        long last =
                Math.min(behind.get(behind.size() - 1).getIndex(), state.log().lastLogOrSnapshotIndex());
        LogEntry entry = state.log().getLogEntry(last);
        if (entry != null && Math.min(last, request.getCommitIndex()) > state.commitIndex()) {
            handle(codec.append(
                    (Endpoint) request.getSender(),
                    request.getTerm(),
                    entry.getTerm(),
                    last,
                    request.getCommitIndex(),
                    0,
                    0,
                    List.of()));
        }
    }

    /** A change of members is only appended when the one before it is committed: so what is committed can be told from the log. */
    private AppendEntriesRequest withCommittedMembers(AppendEntriesRequest request) {
        List<LogEntry> entries = untilSecondChange(request.getLogEntries(), request.getCommitIndex());
        long committed = request.getCommitIndex();
        long known = node.state().effectiveGroupMembers().getLogIndex();
        if (known > committed
                && known <= request.getPreviousLogIndex()
                && entries.stream().anyMatch(RaftCore::changesMembers)) {
            committed = known;
        }
        if (committed == request.getCommitIndex() && entries == request.getLogEntries()) {
            return request;
        }
        return codec.append(
                (Endpoint) request.getSender(),
                request.getTerm(),
                request.getPreviousLogTerm(),
                request.getPreviousLogIndex(),
                committed,
                request.getQuerySequenceNumber(),
                request.getFlowControlSequenceNumber(),
                entries);
    }

    /** The rest comes again, as the leader is told how far this node got. Changes up to {@code committed} do not count. */
    private static List<LogEntry> untilSecondChange(List<LogEntry> entries, long committed) {
        boolean changed = false;
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i).getIndex() > committed && changesMembers(entries.get(i))) {
                if (changed) {
                    return entries.subList(0, i);
                }
                changed = true;
            }
        }
        return entries;
    }

    private static boolean changesMembers(LogEntry entry) {
        return entry.getOperation() instanceof UpdateRaftGroupMembersOp;
    }

    private void withOffset(long offset, AppendEntriesRequest request) {
        outbox.successOffset(offset);
        try {
            handle(request);
        } finally {
            outbox.successOffset(0);
        }
    }

    /** Answered like a heartbeat, so that the leader knows that we live and where we are; then the entries are fetched. */
    private void behind(NodeId from, Inbound.Behind behind) {
        long commitIndex = node.state().commitIndex();
        withOffset(
                commitIndex,
                codec.append(new Endpoint(from), behind.term(), 0, 0, 0, behind.querySequenceNumber(), 0, List.of()));
        RaftState state = node.state();
        if (!stopped && state.term() == behind.term() && new Endpoint(from).equals(state.leader())) {
            catchUp.behind(from, behind.term(), behind.committedIndex());
        }
    }

    /** If that was the leader, its silence is not waited for. Others grant a pre-vote only if they lost it too. */
    @Override
    public void onRefused(NodeId peer) {
        RaftState state = node.state();
        if (stopped || state.role() != FOLLOWER || !new Endpoint(peer).equals(state.leader())) {
            return;
        }
        log.info("{} takes the leader {} for dead: its host refuses connections", node.getLocalEndpoint(), peer);
        clock.putForward(parts.settings().leaderTimeout());
        int term = state.term();
        Duration delay = Duration.ofMillis(parts.random().nextInt(MAX_HINT_DELAY_MILLIS));
        transport.thread().schedule(() -> startElection(peer, term), delay);
    }

    private void startElection(NodeId lost, int term) {
        RaftState state = node.state();
        if (!stopped
                && state.role() == FOLLOWER
                && state.term() == term
                && new Endpoint(lost).equals(state.leader())
                && node.isLeaderHeartbeatTimeoutElapsed()) {
            node.toFollower(term); // forgets the leader
            node.runPreVote();
            afterTask();
        }
    }

    private void watch() {
        if (stopped) {
            return;
        }
        RaftState state = node.state();
        if (state.role() == FOLLOWER
                && state.preCandidateState() != null
                && state.leader() != null
                && node.isLeaderHeartbeatTimeoutElapsed()) {
            node.toFollower(state.term()); // forgets leader and pre-vote; the next heartbeat starts another one
        }
        stepDownWithoutVoters();
        catchUp.tick();
        afterTask();
        transport.thread().schedule(this::watch, parts.settings().heartbeat());
    }

    private void stepDownWithoutVoters() {
        RaftState state = node.state();
        LeaderState leaderState = state.leaderState();
        if (leaderState == null || state.memberCount() == state.votingMemberCount()) {
            return;
        }
        long[] heard = state.remoteVotingMembers().stream()
                .mapToLong(voter -> leaderState.getFollowerState(voter).responseTimestamp())
                .sorted()
                .toArray();
        int others = state.logReplicationQuorumSize() - (votes() ? 1 : 0);
        if (others <= 0 || others > heard.length) {
            return;
        }
        long silence = clock.millis() - heard[heard.length - others];
        if (silence >= SECONDS.toMillis(node.getConfig().getLeaderHeartbeatTimeoutSecs())) {
            log.info("{} has not heard from a majority of the voters and leads no more", node.getLocalEndpoint());
            node.toFollower(state.term());
        }
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
        RaftState state = node.state();
        Endpoint endpoint = new Endpoint(change.node());
        if (state.leaderState() == null) {
            future.completeExceptionally(new AppendException(Reason.NOT_LEADER, "this node does not lead"));
            return;
        }
        Members before = members(state.effectiveGroupMembers());
        if (!ready
                || state.leadershipTransferState() != null
                || state.committedGroupMembers() != state.effectiveGroupMembers()
                || before.index() != change.expectedIndex()) {
            future.completeExceptionally(new AppendException(
                    Reason.OVERLOADED,
                    "cannot change members now: decided by entry " + before.index() + " (expected: "
                            + change.expectedIndex() + "), or another change or a hand-over is under way"));
            return;
        }
        Set<RaftEndpoint> all = new LinkedHashSet<>(state.members());
        Set<RaftEndpoint> voters = new LinkedHashSet<>(state.votingMembers());
        boolean sensible =
                switch (change.kind()) {
                    case ADD -> all.add(endpoint);
                    case PROMOTE -> all.contains(endpoint) && voters.add(endpoint);
                    case REMOVE -> !endpoint.equals(node.getLocalEndpoint()) && all.remove(endpoint);
                };
        if (!sensible) {
            future.completeExceptionally(new IllegalArgumentException("cannot " + change.kind() + " " + change.node()
                    + ": members are " + before.all() + ", voters " + before.voters() + ", the leader "
                    + node.getLocalEndpoint()));
            return;
        }
        voters.retainAll(all);
        OrderedFuture<Object> replicated = new OrderedFuture<>();
        var unused = replicated.whenComplete((done, failure) -> {
            if (failure == null) {
                future.complete(members(node.state().committedGroupMembers()));
            } else if (failure instanceof CannotReplicateException || failure instanceof NotLeaderException) {
                future.completeExceptionally(new AppendException(Reason.OVERLOADED, "cannot change members now"));
            } else {
                future.completeExceptionally(new AppendException(
                        Reason.UNKNOWN, "leadership was lost before the change was committed; it may still be"));
            }
        });
        new ReplicateTask(
                        node,
                        new DefaultUpdateRaftGroupMembersOpOrBuilder()
                                .setMode(mode(change.kind()))
                                .setEndpoint(endpoint)
                                .setMembers(all)
                                .setVotingMembers(voters)
                                .build(),
                        replicated)
                .run();
        log.info("{} changes members: {} {}", node.getLocalEndpoint(), change.kind(), change.node());
        afterTask();
    }

    private static MembershipChangeMode mode(MemberChange.Kind kind) {
        return switch (kind) {
            case ADD -> MembershipChangeMode.ADD_LEARNER;
            case PROMOTE -> MembershipChangeMode.ADD_OR_PROMOTE_TO_FOLLOWER;
            case REMOVE -> MembershipChangeMode.REMOVE_MEMBER;
        };
    }

    private static Members members(RaftGroupMembersState state) {
        return new Members(state.getLogIndex(), ids(state.getMembers()), ids(state.getVotingMembers()));
    }

    private static List<NodeId> ids(Collection<RaftEndpoint> endpoints) {
        return endpoints.stream().map(Endpoint::id).toList();
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
        board.members(members(state.effectiveGroupMembers()), members(state.committedGroupMembers()));
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
