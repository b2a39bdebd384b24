package io.shareddb.api.management;

import io.shareddb.cluster.member.Member;
import io.shareddb.cluster.peer.NodeStatus;
import io.shareddb.cluster.peer.OperationService;
import io.shareddb.cluster.peer.PeerStatus;
import io.shareddb.replication.log.Members;
import java.util.List;
import java.util.Optional;

/** What the management API tells of; operations are those of the whole cluster. Thread-safe, does not block. */
public interface ManagementService extends OperationService {
    String clusterName();

    /** Empty before the cluster was formed. */
    Optional<String> clusterId();

    /** This node. */
    Member member();

    NodeStatus status();

    /** Who belongs to the log; empty before it runs. */
    Optional<Members> log();

    /** All other members; empty before the cluster was formed. */
    List<PeerStatus> peers();
}
