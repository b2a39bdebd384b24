package io.shareddb.api.cluster;

import io.shareddb.cluster.member.Membership;
import io.shareddb.cluster.peer.OperationService;
import io.shareddb.cluster.peer.PeerReport;
import io.shareddb.replication.snapshot.SnapshotSource;
import java.util.Optional;

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

    /** A copy of this node's engine; empty while it has none to give. */
    Optional<SnapshotSource> snapshot();
}
