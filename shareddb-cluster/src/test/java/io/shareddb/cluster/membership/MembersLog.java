package io.shareddb.cluster.membership;

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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A log that knows of nothing but its members; leads when a test says so. */
final class MembersLog implements ReplicatedLog {
    final NodeId own;
    final List<String> changes = new ArrayList<>();
    final Map<NodeId, Long> matches = new HashMap<>();
    Members members;
    boolean leads = true;
    boolean accepts = true;
    long commitIndex = 5_000;
    long firstIndex = 1;
    List<LogSegment> files = List.of(new LogSegment(1, 64 << 20));
    Optional<LogStart> start = Optional.empty();

    MembersLog(NodeId own, List<NodeId> voters) {
        this.own = own;
        this.members = Members.voting(voters);
    }

    @Override
    public LogState state() {
        return new LogState(
                3,
                leads ? Optional.of(own) : Optional.empty(),
                leads,
                commitIndex,
                commitIndex,
                firstIndex,
                commitIndex,
                members,
                members,
                matches);
    }

    @Override
    public CompletionStage<Members> change(MemberChange change) {
        changes.add(change.kind() + " " + change.node());
        if (!accepts || change.expectedIndex() != members.index()) {
            return CompletableFuture.failedFuture(
                    new AppendException(AppendException.Reason.OVERLOADED, "cannot change members now"));
        }
        List<NodeId> all = new ArrayList<>(members.all());
        List<NodeId> voters = new ArrayList<>(members.voters());
        switch (change.kind()) {
            case ADD -> all.add(change.node());
            case PROMOTE -> voters.add(change.node());
            case REMOVE -> {
                all.remove(change.node());
                voters.remove(change.node());
            }
        }
        members = new Members(members.index() + 10, all, voters);
        return CompletableFuture.completedFuture(members);
    }

    @Override
    public void start(LogListener listener) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Position> append(long term, ByteBuffer payload) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Long> readBarrier() {
        throw new UnsupportedOperationException();
    }

    @Override
    public LogCursor read(long fromIndex) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<LogSegment> segments() {
        return files;
    }

    @Override
    public CompletionStage<Optional<LogStart>> newestStart() {
        return CompletableFuture.completedFuture(start);
    }

    @Override
    public CompletionStage<LogStart> presentStart() {
        return CompletableFuture.completedFuture(
                new LogStart(new Position(3, commitIndex), members, ByteBuffer.wrap(new byte[] {5})));
    }

    @Override
    public void releaseUpTo(long index) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Void> transferLeadership(NodeId to, Duration timeout) {
        throw new UnsupportedOperationException();
    }

    @Override
    public LogTimings timings() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
