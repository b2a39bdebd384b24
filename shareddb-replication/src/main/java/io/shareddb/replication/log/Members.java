package io.shareddb.replication.log;

import java.util.List;

/**
 * Who belongs to the log. Immutable.
 *
 * @param index of the entry that decided it; 0 for those that the log began with
 * @param all every member
 * @param voters those of them whose disks count and who may lead; the others only follow
 */
public record Members(long index, List<NodeId> all, List<NodeId> voters) {
    public Members {
        all = List.copyOf(all);
        voters = List.copyOf(voters);
        if (!all.containsAll(voters)) {
            throw new IllegalArgumentException("voters: " + voters + " (expected: members, which are " + all + ")");
        }
    }

    /** What a log begins with: all vote. */
    public static Members voting(List<NodeId> voters) {
        return new Members(0, voters, voters);
    }

    public boolean has(NodeId node) {
        return all.contains(node);
    }

    public boolean votes(NodeId node) {
        return voters.contains(node);
    }
}
