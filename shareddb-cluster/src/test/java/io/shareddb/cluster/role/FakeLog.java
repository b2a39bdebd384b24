package io.shareddb.cluster.role;

import io.shareddb.replication.log.AppendException;
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
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** A log that leads when a test says so. */
final class FakeLog implements ReplicatedLog {
    static final NodeId OWN = new NodeId("a");

    long term = 1;
    Optional<NodeId> leader = Optional.empty();
    List<NodeId> voters = new ArrayList<>(List.of(OWN, new NodeId("b"), new NodeId("c")));
    long lastIndex = 10;
    long commitIndex = 10;
    boolean barrierAnswers;
    boolean transfersWork;
    final List<NodeId> transfers = new ArrayList<>();
    Consumer<NodeId> onTransfer = to -> {};

    @Override
    public void start(LogListener listener) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Position> append(long inTerm, ByteBuffer payload) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Long> readBarrier() {
        return barrierAnswers
                ? CompletableFuture.completedFuture(commitIndex)
                : CompletableFuture.failedFuture(
                        new AppendException(AppendException.Reason.NOT_LEADER, "no leader to ask"));
    }

    @Override
    public LogState state() {
        Members members = Members.voting(voters);
        return new LogState(term, leader, false, commitIndex, commitIndex, 1, lastIndex, members, members, Map.of());
    }

    @Override
    public LogCursor read(long fromIndex) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<LogSegment> segments() {
        return List.of();
    }

    @Override
    public CompletionStage<Optional<LogStart>> newestStart() {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<LogStart> presentStart() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void releaseUpTo(long index) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Void> transferLeadership(NodeId to, Duration timeout) {
        transfers.add(to);
        if (!transfersWork) {
            return CompletableFuture.failedFuture(new IllegalStateException(to + " is behind"));
        }
        onTransfer.accept(to);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Members> change(MemberChange change) {
        throw new UnsupportedOperationException();
    }

    @Override
    public LogTimings timings() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
