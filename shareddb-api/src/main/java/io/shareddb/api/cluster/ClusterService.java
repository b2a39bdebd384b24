package io.shareddb.api.cluster;

import io.shareddb.cluster.member.Member;
import io.shareddb.cluster.member.Membership;
import io.shareddb.cluster.peer.JoinRequest;
import io.shareddb.cluster.peer.JoinResult;
import io.shareddb.cluster.peer.OperationService;
import io.shareddb.cluster.peer.PeerReport;
import io.shareddb.replication.snapshot.CopyForm;
import io.shareddb.replication.snapshot.SnapshotSource;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** What a node does for the others; operations are those of this node alone. Thread-safe. */
public interface ClusterService extends OperationService {
    /** Who this node is and how it does; does not block. */
    PeerReport report();

    /**
     * Agrees to a formation, on disk.
     *
     * @return what this node has agreed to
     * @throws IllegalArgumentException if the plan is not for this node
     */
    Membership agree(Membership plan);

    /** Takes a fresh node in, or passes that on to the leader; fails with {@link io.shareddb.cluster.peer.OperationException}. */
    CompletionStage<JoinResult> join(JoinRequest request);

    /** Hears where another node is. */
    void announce(Member member);

    /** A copy of this node's engine; empty while it has none to give in this form. */
    Optional<SnapshotSource> snapshot(CopyForm form);
}
