package io.shareddb.cluster.member;

import io.shareddb.replication.log.NodeId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A cluster's identity and the nodes that formed it. Immutable; equal on all of them.
 *
 * @param clusterId random, for good
 * @param clusterName for people; a guard against mixing clusters up
 * @param members in order of id, each id once; the log's first voters
 * @param adopted the member whose database is the beginning of the history; null: it begins with nothing
 * @param replaces ids of the clusters that it goes on for without their lost members, which must not come back: see
 *     {@link io.shareddb.cluster.recovery}; taken for none where it is missing
 */
public record Membership(
        String clusterId,
        String clusterName,
        List<Member> members,
        @Nullable NodeId adopted,
        List<String> replaces) {
    public Membership {
        replaces = List.copyOf(Objects.requireNonNullElse(replaces, List.of()));
        members = members.stream().sorted(Comparator.comparing(Member::id)).toList();
        Set<NodeId> ids = new HashSet<>();
        for (Member member : members) {
            if (!ids.add(member.id())) {
                throw new IllegalArgumentException("members: " + member.id() + " is there twice");
            }
        }
        if (clusterId.isBlank() || members.isEmpty()) {
            throw new IllegalArgumentException("membership: needs a cluster id and at least one member");
        }
        if (adopted != null && !ids.contains(adopted)) {
            throw new IllegalArgumentException("adopted: " + adopted + " (expected: a member)");
        }
    }

    /** Of a cluster that begins with nothing. */
    public Membership(String clusterId, String clusterName, List<Member> members) {
        this(clusterId, clusterName, members, null);
    }

    /** Of a cluster that is formed anew. */
    public Membership(String clusterId, String clusterName, List<Member> members, @Nullable NodeId adopted) {
        this(clusterId, clusterName, members, adopted, List.of());
    }

    /** The same history and first members under another id, in place of this cluster. */
    public Membership replacedBy(String newClusterId) {
        List<String> former = new ArrayList<>(replaces);
        former.add(clusterId);
        return new Membership(newClusterId, clusterName, members, adopted, former);
    }

    /** Whether it is that cluster, or goes on in its place. */
    public boolean continues(String cluster) {
        return clusterId.equals(cluster) || replaces.contains(cluster);
    }

    public Optional<Member> member(NodeId id) {
        return members.stream().filter(member -> member.id().equals(id)).findFirst();
    }

    /** The members' ids in order. */
    public List<NodeId> ids() {
        return members.stream().map(Member::id).toList();
    }

    /** For logs and errors. */
    public String describe() {
        return clusterName + " (" + clusterId + ": "
                + String.join(", ", members.stream().map(Member::describe).toList())
                + (adopted == null ? "" : "; begins with the database of " + adopted)
                + ")";
    }
}
