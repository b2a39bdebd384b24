package io.shareddb.cluster.role;

import io.shareddb.replication.archive.TransactionArchive;
import io.shareddb.replication.log.NodeId;
import java.util.Optional;

/**
 * This node's role at one instant. Immutable.
 *
 * @param state what the node is doing
 * @param reason for people: why it is FAILED or RESEEDING, else empty
 * @param epoch the epoch that it leads in or follows; 0 when none
 * @param leader who leads as far as this node knows
 * @param writable this node's engine takes writes now and the epoch is open
 * @param readable this node's engine answers reads
 * @param switching leadership comes to this node or leaves it in order: commands for the leader do not begin, and wait here
 */
public record RoleView(
        NodeState state,
        String reason,
        long epoch,
        Optional<NodeId> leader,
        boolean writable,
        boolean readable,
        boolean switching) {
    /**
     * The epoch that decides on what older ones left behind: what they reported and the history lacks after this call will never be in it.
     * That is the last one that opened; but while the node that opened it may still add what its engine holds from before, none does.
     *
     * @param own this node
     * @return 0 if none does
     */
    public long decidingEpoch(NodeId own, TransactionArchive archive) {
        long opened = archive.committed().epoch();
        boolean mine = archive.leaderOf(opened).equals(Optional.of(own));
        return mine && !(writable && epoch == opened) ? 0 : opened;
    }
}
