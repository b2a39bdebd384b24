package io.shareddb.cluster.storage;

import io.shareddb.cluster.member.NodeKind;
import io.shareddb.cluster.peer.NodeStatus;
import io.shareddb.cluster.peer.PeerStatus;
import io.shareddb.cluster.role.NodeState;
import io.shareddb.replication.log.LogSegment;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a node's disk from becoming full: drops history that nobody needs, and says when no more should be written. One thread calls
 * {@link #look} and {@link #watch}; the rest is thread-safe.
 */
public final class Storage {
    private static final Logger log = LoggerFactory.getLogger(Storage.class);
    private static final int LOOKS_PER_CLEANING = 10;

    /** MariaDB looks once a minute whether there is room again. */
    private static final Duration NOTICED = Duration.ofSeconds(70);

    /** The history whose files are on the disk. */
    public interface History {
        /** Files of the log, oldest first; empty while it has not started. */
        List<LogSegment> segments();

        /** The last entry of the log that is older than {@code millis} since 1970; 0 if none is. */
        long indexBefore(long millis);

        /** Drops files with nothing in them beyond transaction {@code seq} and log entry {@code lastIndex}. */
        void release(long seq, long lastIndex);

        /** This node leads: what its engine has written beside the log may go. */
        void trimEngine();
    }

    private final String node;
    private final DiskWatch watch;
    private final StorageLimits limits;
    private final History history;
    private final Supplier<NodeStatus> own;
    private final Supplier<List<PeerStatus>> peers;
    private final InstantSource clock;
    private volatile Optional<String> refusal = Optional.empty();
    private volatile boolean yields;
    private volatile long fullMillis = -NOTICED.toMillis();
    private int looks;

    /**
     * Does nothing before {@link #look}.
     *
     * @param node name for people
     * @param own how this node does
     * @param peers how the others do
     */
    public Storage(
            String node,
            NodeDisk disk,
            StorageLimits limits,
            History history,
            Supplier<NodeStatus> own,
            Supplier<List<PeerStatus>> peers,
            InstantSource clock) {
        this.node = node;
        this.watch = new DiskWatch(node, disk, limits);
        this.limits = limits;
        this.history = history;
        this.own = own;
        this.peers = peers;
        this.clock = clock;
    }

    /** The disk as of the last look. */
    public DiskStatus status() {
        NodeDisk.State disk = watch.state();
        return new DiskStatus(
                watch.level(), disk.freeBytes(), disk.totalBytes(), LogRetention.bytes(history.segments()));
    }

    /**
     * Why this node, leading, must take no writes now: its own disk is nearly full or fails, or those of so many others that there would be no
     * majority without them. Cheap.
     */
    public Optional<String> refusal() {
        return refusal;
    }

    /** Whether leadership should go to another node: this node's disk is nearly full or fails, and those of a majority do not. Cheap. */
    public boolean yields() {
        return yields;
    }

    /** Whether the disk takes no writes, or took none a moment ago, so that an engine may not have noticed that there is room again. Cheap. */
    public boolean wasFull() {
        return clock.millis() - fullMillis < NOTICED.toMillis();
    }

    /** For people, while the disk takes no writes. */
    public Optional<String> trouble() {
        return watch.level().takesWrites() ? Optional.empty() : Optional.of("its disk " + watch.trouble());
    }

    /** Looks how much room there is, and no more: so cheap that a disk which fills fast can be looked at many times a second. */
    public void watch() {
        watch.look();
        if (!watch.level().takesWrites()) {
            fullMillis = clock.millis();
        }
        refusal = judge();
        yields = !watch.level().takesWrites() && othersTakeWrites();
    }

    /** Looks at the disk, and cleans up now and then or when it must; to be called every second. Reads and writes files. */
    public void look() {
        watch();
        boolean due = looks++ % LOOKS_PER_CLEANING == 0 || watch.level() != DiskLevel.OK;
        if (due && watch.level() != DiskLevel.FAILED) {
            clean();
        }
    }

    private Optional<String> judge() {
        if (!watch.level().takesWrites()) {
            return Optional.of("the disk of " + node
                    + (watch.level() == DiskLevel.REFUSE ? " is nearly full" : " cannot be written"));
        }
        List<PeerStatus> others = voters();
        List<String> full = new ArrayList<>();
        int good = 1;
        for (PeerStatus peer : others) {
            NodeStatus status = peer.lastKnown();
            if (status != null
                    && status.disk() != null
                    && !status.disk().level().takesWrites()) {
                full.add(peer.member().name());
            } else if (peer.reachable()) {
                good++;
            }
        }
        int majority = majority(others);
        return full.isEmpty() || good >= majority
                ? Optional.empty()
                : Optional.of("disks are nearly full or fail on " + String.join(", ", full)
                        + ", and the other nodes are no majority");
    }

    /** A majority that could do without this node, and can lead. */
    private boolean othersTakeWrites() {
        List<PeerStatus> others = voters();
        int able = 0;
        boolean canLead = false;
        for (PeerStatus peer : others) {
            NodeStatus status = peer.lastKnown();
            if (peer.reachable()
                    && status != null
                    && status.disk() != null
                    && status.disk().level().takesWrites()) {
                able++;
                canLead |=
                        status.state() == NodeState.FOLLOWING && peer.member().kind() == NodeKind.FULL;
            }
        }
        return canLead && able >= majority(others);
    }

    /** The others whose disks count. */
    private List<PeerStatus> voters() {
        return peers.get().stream().filter(peer -> peer.member().kind().votes()).toList();
    }

    private static int majority(List<PeerStatus> others) {
        return (others.size() + 1) / 2 + 1;
    }

    private void clean() {
        List<LogSegment> segments = history.segments();
        if (segments.isEmpty()) {
            return;
        }
        NodeStatus status = own.get();
        if (status.writable()) {
            history.trimEngine();
        }
        long old = history.indexBefore(clock.millis() - limits.logAge().toMillis());
        long drop = LogRetention.lastToDrop(segments, limits, old, watch.level() != DiskLevel.OK);
        long needed = needed(status);
        if (drop > 0 && needed > 0) {
            history.release(needed, drop);
            long first = history.segments().stream()
                    .mapToLong(LogSegment::firstIndex)
                    .findFirst()
                    .orElse(0);
            log.debug("{} drops its log up to {} where nobody needs it: it begins at {}", node, drop, first);
        }
    }

    /**
     * Everything up to this transaction is where it is needed: in this node's engine, and in the logs of those that are there. One that is away
     * for too long begins its log anew.
     */
    private long needed(NodeStatus status) {
        long seq = status.writable() ? status.committedSeq() : status.appliedSeq();
        for (PeerStatus peer : peers.get()) {
            NodeStatus known = peer.lastKnown();
            if (peer.reachable() && known != null && known.state() != NodeState.FAILED) {
                seq = Math.min(seq, known.committedSeq());
            }
        }
        return seq;
    }
}
