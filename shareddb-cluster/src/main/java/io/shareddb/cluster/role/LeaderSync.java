package io.shareddb.cluster.role;

import io.shareddb.cluster.member.NodeKind;
import io.shareddb.cluster.peer.PeerStatus;
import io.shareddb.replication.engine.Engine;
import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.log.LogState;
import io.shareddb.replication.log.NodeId;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leaves it to the log alone to survive a loss of power: a leading engine need not sync what a majority's logs have on disk. Role thread
 * only.
 *
 * <p>The price: a machine that loses power while its engine leads like that leaves binlog and data behind that need not agree, so the
 * engine is rebuilt. That the machine did lose power is told by its boot id, written down before the first commit without a sync and
 * crossed out when the engine's files have been synced.
 *
 * <p>Whatever majority comes back must have an engine to rebuild from. Therefore a leader stops syncing only when fewer than the
 * smallest number of voters that could be missing may be in that state themselves, for all it knows; which in a cluster of three means that
 * both others follow, and in a cluster of one that it never stops.
 */
final class LeaderSync {
    private static final Logger log = LoggerFactory.getLogger(LeaderSync.class);

    private final RoleParts parts;
    private final RolePlan plan;
    private boolean decided;

    LeaderSync(RoleParts parts, RolePlan plan) {
        this.parts = parts;
        this.plan = plan;
    }

    /** Whether the engine holds what a loss of power could take from it. */
    boolean pending() {
        return plan.unsyncedBoot() != null;
    }

    /** Whether power was lost while it did: the engine's files cannot be relied on. */
    boolean lost() {
        String boot = plan.unsyncedBoot();
        return boot != null && !boot.equals(parts.boot());
    }

    /** The engine leads from now on, and syncs each commit. */
    void restart() {
        decided = !parts.engine().managed() || parts.boot().isEmpty();
    }

    /**
     * Stops syncing once that is safe. Cheap; every now and then while leading.
     *
     * @param leading since when this node leads
     */
    void look(Engine engine, Duration leading) {
        if (decided || !othersAreSynced(leading)) {
            return;
        }
        decided = true;
        plan.leadUnsynced(parts.boot());
        try {
            engine.syncCommits(false);
        } catch (EngineException e) {
            log.warn("the engine goes on syncing each commit: {}", e.toString());
        }
    }

    /** An answer from before this node led says nothing: whoever gave it may have led in between. */
    private boolean othersAreSynced(Duration leading) {
        LogState state = parts.log().state();
        List<PeerStatus> peers = parts.peers().get();
        long unknown = state.voters().stream()
                .filter(voter -> !voter.equals(parts.own()))
                .filter(voter -> peers.stream().noneMatch(peer -> follows(peer, voter, leading)))
                .count();
        int mayBeMissing = (state.voters().size() - 1) / 2;
        return unknown < mayBeMissing;
    }

    private static boolean follows(PeerStatus peer, NodeId voter, Duration leading) {
        return peer.member().id().equals(voter)
                && peer.member().kind() != NodeKind.WITNESS // nothing can be rebuilt from it
                && peer.reachable()
                && peer.age().compareTo(leading) < 0
                && peer.lastKnown() != null
                && peer.lastKnown().state() == NodeState.FOLLOWING;
    }

    /** Makes up for it; the engine leads no more, or has ended. Blocks for as long as the disk takes. */
    void makeUp() {
        if (pending()) {
            parts.engine().sync();
            plan.synced();
        }
    }

    /** {@link #makeUp} at a planned stop, so that the machine may be started anew. */
    void tryToMakeUp() {
        try {
            makeUp();
        } catch (RuntimeException e) {
            log.warn(
                    "{}: the engine's files could not be synced; should the machine lose power now, it is rebuilt",
                    parts.own(),
                    e);
        }
    }
}
