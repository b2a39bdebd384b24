package io.shareddb.cluster.member;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.shareddb.replication.log.Members;
import io.shareddb.replication.log.NodeId;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where the members are now. Who is one is decided in the log; where they are, each says of itself and the others pass on, and it is
 * remembered on disk. Thread-safe; reading does not block.
 */
public final class MemberDirectory {
    private static final String MEMBERS = "members";

    private record Document(List<Member> members) {}

    private final String clusterId;
    private final NodeId own;
    private final StateStore store;
    private volatile Map<NodeId, Member> known; // immutable; replaced under this
    private volatile @Nullable Set<NodeId> current; // what the log says; null before it was asked

    /**
     * Starts from what was remembered, or else from the formation.
     *
     * @param own this node as it is now; its place may have changed since
     */
    public MemberDirectory(Membership formation, Member own, StateStore store) {
        this.clusterId = formation.clusterId();
        this.own = own.id();
        this.store = store;
        Map<NodeId, Member> start = new TreeMap<>();
        remembered(store).orElse(formation.members()).forEach(member -> start.put(member.id(), member));
        start.put(own.id(), own);
        this.known = Collections.unmodifiableMap(start);
    }

    /** Where the members were, as this node remembers; empty if it never wrote that down. */
    public static Optional<List<Member>> remembered(StateStore store) {
        return store.read(MEMBERS).map(json -> {
            try {
                return ClusterJson.mapper().readValue(json, Document.class).members();
            } catch (JsonProcessingException e) {
                throw new StateException(store.describe(MEMBERS) + ": not what this version writes (delete it)", e);
            }
        });
    }

    /** What a node that joins is told, to start from. */
    public static void remember(StateStore store, Collection<Member> members) {
        try {
            store.write(MEMBERS, ClusterJson.mapper().writeValueAsString(new Document(List.copyOf(members))));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("records of strings and numbers are always JSON", e);
        }
    }

    public String clusterId() {
        return clusterId;
    }

    /** Of a member, or of a node that is about to be one. */
    public Optional<Member> member(NodeId id) {
        return Optional.ofNullable(known.get(id));
    }

    /** All of which it is known where they are, in order of id; a copy. */
    public List<Member> members() {
        Set<NodeId> ids = current;
        return known.values().stream()
                .filter(member ->
                        ids == null || ids.contains(member.id()) || member.id().equals(own))
                .toList();
    }

    /** Everybody but {@code own}; a copy. */
    public Collection<Member> others(NodeId own) {
        return members().stream().filter(member -> !member.id().equals(own)).toList();
    }

    /**
     * Takes what a member said of itself; a node that is no member changes nothing.
     *
     * @return whether it is somewhere else than before
     */
    public boolean update(Member said) {
        Member before = known.get(said.id());
        if (before == null) {
            heard(said);
            return false;
        }
        return !before.equals(said) && put(said);
    }

    /** Takes what another one said of a member, where nothing is known yet. */
    public void heard(Member member) {
        Set<NodeId> ids = current;
        if (!known.containsKey(member.id()) && ids != null && ids.contains(member.id())) {
            put(member);
        }
    }

    /** A node is about to become a member. */
    public void expect(Member member) {
        put(member);
    }

    private synchronized boolean put(Member member) {
        if (member.equals(known.get(member.id()))) {
            return false;
        }
        Map<NodeId, Member> next = new TreeMap<>(known);
        next.put(member.id(), member);
        replace(next);
        return true;
    }

    /** Takes who belongs to the log now; forgets where the others were. */
    public synchronized void follow(Members members) {
        Set<NodeId> before = current;
        Set<NodeId> now = Set.copyOf(members.all());
        if (now.equals(before)) {
            return;
        }
        current = now;
        Map<NodeId, Member> next = new TreeMap<>(known);
        next.keySet().removeIf(id -> before != null && before.contains(id) && !now.contains(id) && !id.equals(own));
        if (next.size() != known.size()) {
            replace(next);
        }
    }

    private void replace(Map<NodeId, Member> next) {
        known = Collections.unmodifiableMap(next);
        remember(store, next.values());
    }
}
