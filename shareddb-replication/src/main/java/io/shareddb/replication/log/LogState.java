package io.shareddb.replication.log;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What this node knows of the log at one instant.
 *
 * @param term the current Raft term
 * @param leader who leads in that term, if known
 * @param ready this node leads and has delivered every entry of earlier terms
 * @param commitIndex the last entry known to be on a majority's disks
 * @param appliedIndex the last entry delivered to the listener
 * @param firstIndex the first entry that can still be read
 * @param lastIndex the last entry on this node's disk, committed or not
 * @param members the newest members in this node's log: these count, also if they are not committed yet
 * @param committedMembers the newest members that are committed, as far as this node knows
 * @param matchIndex on the leader: the last entry known to be on each other member's disk
 */
public record LogState(
        long term,
        Optional<NodeId> leader,
        boolean ready,
        long commitIndex,
        long appliedIndex,
        long firstIndex,
        long lastIndex,
        Members members,
        Members committedMembers,
        Map<NodeId, Long> matchIndex) {

    /** The voting members. */
    public List<NodeId> voters() {
        return members.voters();
    }

    /** No change of members is under way. */
    public boolean settled() {
        return members.index() == committedMembers.index();
    }
}
