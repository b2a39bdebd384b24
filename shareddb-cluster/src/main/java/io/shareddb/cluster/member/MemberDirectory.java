package io.shareddb.cluster.member;

import io.shareddb.replication.log.NodeId;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where the members are now: as they were when the cluster formed, corrected by what each says of itself. Thread-safe.
 */
public final class MemberDirectory {
    private final String clusterId;
    private final Map<NodeId, Member> members = new LinkedHashMap<>(); // guarded by this

    /**
     * Starts from the formation.
     *
     * @param own this node as it is now; its ports may have changed since
     */
    public MemberDirectory(Membership membership, Member own) {
        clusterId = membership.clusterId();
        membership.members().forEach(member -> members.put(member.id(), member));
        members.put(own.id(), own);
    }

    public String clusterId() {
        return clusterId;
    }

    public synchronized Optional<Member> member(NodeId id) {
        return Optional.ofNullable(members.get(id));
    }

    /** In order of id; a copy. */
    public synchronized List<Member> members() {
        return List.copyOf(members.values());
    }

    /**
     * Takes what a member said of itself; a node that is no member changes nothing.
     *
     * @return whether it is somewhere else than before
     */
    public synchronized boolean update(Member said) {
        Member before = members.get(said.id());
        if (before == null || before.equals(said)) {
            return false;
        }
        members.put(said.id(), said);
        return true;
    }

    /** Everybody but {@code own}; a copy. */
    public synchronized Collection<Member> others(NodeId own) {
        return members.values().stream()
                .filter(member -> !member.id().equals(own))
                .toList();
    }
}
