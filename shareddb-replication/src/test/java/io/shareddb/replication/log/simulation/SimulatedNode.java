package io.shareddb.replication.log.simulation;

import io.shareddb.replication.log.AppendException;
import io.shareddb.replication.log.AppendException.Reason;
import io.shareddb.replication.log.LogEntry;
import io.shareddb.replication.log.LogListener;
import io.shareddb.replication.log.MemberChange;
import io.shareddb.replication.log.Members;
import io.shareddb.replication.log.NodeId;
import io.shareddb.replication.log.Position;
import io.shareddb.replication.log.RemovedException;
import io.shareddb.replication.log.raft.LogSettings;
import io.shareddb.replication.log.raft.RaftReplicatedLog;
import io.shareddb.replication.segment.MemoryDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** One node through all its lives: its disk stays, its log and its application start anew. The application checks what it is told. */
final class SimulatedNode implements LogListener {
    private final NodeId id;
    private final LogSettings settings;
    private final MemoryDisk disk;
    private final SimulatedNetwork network;
    private final VirtualTime time;
    private final Random random;
    private final Truth truth;
    private @Nullable SimulatedTransport transport;
    private @Nullable RaftReplicatedLog log;
    private long lastIndex;
    private long leadingTerm;
    private long knownTerm;
    private boolean failed;
    private boolean reseedRequired;
    private boolean removed;
    private boolean wasReset;

    SimulatedNode(
            NodeId id, LogSettings settings, SimulatedNetwork network, VirtualTime time, Random random, Truth truth) {
        this.id = id;
        this.settings = settings;
        this.disk = new MemoryDisk("disk of " + id);
        this.network = network;
        this.time = time;
        this.random = random;
        this.truth = truth;
    }

    NodeId id() {
        return id;
    }

    MemoryDisk disk() {
        return disk;
    }

    boolean isUp() {
        return log != null && !failed && !removed;
    }

    boolean hasFailed() {
        return failed;
    }

    boolean needsReseed() {
        return reseedRequired;
    }

    long lastIndex() {
        return lastIndex;
    }

    long leadingTerm() {
        return leadingTerm;
    }

    RaftReplicatedLog log() {
        RaftReplicatedLog running = log;
        if (running == null) {
            throw new IllegalStateException(id + " is down");
        }
        return running;
    }

    /** Begins a life; a disk that is to fail may end it at once. */
    void start() {
        SimulatedTransport started = new SimulatedTransport(id, network, time, Runnable::run);
        lastIndex = 0;
        leadingTerm = 0;
        failed = false;
        reseedRequired = false;
        transport = started;
        RaftReplicatedLog opened = new RaftReplicatedLog(settings, disk, started, Runnable::run, random);
        log = opened;
        try {
            opened.start(this);
        } catch (RuntimeException e) {
            if (!isFault(e)) {
                throw e;
            }
            failed = true;
        }
    }

    private static boolean isFault(@Nullable Throwable cause) {
        for (Throwable at = cause; at != null; at = at.getCause()) {
            if (at instanceof MemoryDisk.Fault) {
                return true;
            }
        }
        return false;
    }

    /** Ends a life: nothing of it runs any more. */
    void die() {
        SimulatedTransport running = transport;
        if (running != null) {
            running.die();
        }
        transport = null;
        log = null;
        leadingTerm = 0;
        failed = false;
    }

    /** It has learnt that it is no member any more. */
    boolean wasRemoved() {
        return removed;
    }

    void change(MemberChange.Kind kind, NodeId node) {
        long expected = log().state().members().index();
        var unused = log().change(new MemberChange(kind, node, expected));
    }

    void checkMembers() {
        if (isUp() && !removed && !wasReset) {
            truth.members(id, log().state().committedMembers());
        }
    }

    /** Replaces log and application by those of a donor at its last entry; the node is down. */
    void reseed(SimulatedNode donor) {
        long index = donor.lastIndex();
        wasReset = true;
        try {
            Members members = donor.log().state().committedMembers();
            RaftReplicatedLog.reset(disk, new Position(truth.termOf(index), index), members, marker(index));
        } catch (IOException e) {
            throw new AssertionError("cannot reset " + id, e);
        }
    }

    void append(String text) {
        long term = leadingTerm > 0 && random.nextInt(10) > 0 ? leadingTerm : knownTerm;
        var unused = log().append(term, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)))
                .whenComplete((position, failure) -> appended(text, position, failure));
    }

    private void appended(String text, @Nullable Position position, @Nullable Throwable failure) {
        if (position != null) {
            truth.acknowledged(text, position);
        } else if (cause(failure) instanceof AppendException e) {
            if (e.reason() == Reason.NOT_LEADER || e.reason() == Reason.OVERLOADED) {
                truth.refused(text);
            }
        } else {
            throw new AssertionError("append failed in an unforeseen way", failure);
        }
    }

    private static @Nullable Throwable cause(@Nullable Throwable failure) {
        return failure != null && failure.getCause() != null ? failure.getCause() : failure;
    }

    void readBarrier() {
        long acknowledged = truth.lastAcknowledged();
        var unused = log().readBarrier()
                .whenComplete((index, failure) -> Truth.check(
                        index == null || index >= acknowledged,
                        () -> "a read barrier on " + id + " gave " + index + " after entry " + acknowledged
                                + " was acknowledged"));
    }

    @Override
    public void onCommitted(LogEntry entry) {
        Position position = entry.position();
        Truth.check(
                position.index() == lastIndex + 1,
                () -> id + " was told entry " + position.index() + " after entry " + lastIndex);
        truth.committed(
                id, position, StandardCharsets.UTF_8.decode(entry.payload()).toString());
        lastIndex = position.index();
    }

    private ByteBuffer marker(long index) {
        return ByteBuffer.allocate(16).putLong(index).putLong(truth.hash(index)).flip();
    }

    @Override
    public ByteBuffer takeMarker() {
        return marker(lastIndex);
    }

    @Override
    public void onMarker(Position position, ByteBuffer marker, long firstIndex) {
        long index = marker.getLong();
        Truth.check(index == position.index(), () -> id + " got the marker of " + index + " for " + position);
        long hash = marker.getLong();
        Truth.check(hash == truth.hash(index), () -> id + " got a wrong marker at " + position);
        Truth.check(lastIndex == 0, () -> id + " got a marker while running");
        lastIndex = index;
    }

    @Override
    public void onLeader(long term) {
        truth.leader(term, id);
        leadingTerm = term;
        for (long index = truth.lastIndex(); index > lastIndex; index--) {
            long missing = index;
            Truth.check(
                    truth.termOf(index) >= term,
                    () -> id + " leads in term " + term + " before it was told " + missing);
        }
    }

    @Override
    public void onNotLeader(long term) {
        Truth.check(leadingTerm == term, () -> id + " stopped leading in term " + term + ", but led in " + leadingTerm);
        leadingTerm = 0;
    }

    @Override
    public void onLeaderChanged(Optional<NodeId> leader, long term) {
        Truth.check(term >= knownTerm || leadingTerm == 0, () -> id + " went back to term " + term);
        knownTerm = term;
        leader.ifPresent(node -> truth.leader(term, node));
    }

    @Override
    public void onReseedRequired(long firstAvailable) {
        reseedRequired = true;
    }

    @Override
    public void onFatal(Throwable cause) {
        if (cause instanceof RemovedException) {
            removed = true;
            return;
        }
        if (!isFault(cause)) {
            throw new AssertionError(id + " failed", cause);
        }
        failed = true;
    }
}
