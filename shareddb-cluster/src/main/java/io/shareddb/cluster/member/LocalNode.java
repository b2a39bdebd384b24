package io.shareddb.cluster.member;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.shareddb.replication.log.NodeId;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * What this node remembers of itself: its id, what it agreed to, which cluster it is in. Everything is on disk before it is told to
 * anybody. Thread-safe.
 *
 * <pre>
 * node.json     {"id": "node1-5f3a…", "clusterId": null | "…", "removed": null | true, "why": null | "…", "logBegun": null | true,
 *                "replacing": null | "…", "former": null | {"id": …, "reason": "…"}}
 *                                          clusterId: the marker that it was a member; removed: and is none any more, for good; why: for people;
 *                                          logBegun: it has a log, so that finding none is a loss; replacing: why it wants to give up its log
 *                                          and this id; former: what it gave up, and why
 * cluster.json  {"formed": false | true, "membership": {…}, "joined": null | true}
 *                                          formed false: agreed, not yet known that all did; joined: later, so it is not listed
 * </pre>
 *
 * <p>A node with a marker but without {@code cluster.json} lost data: it does not start, and never as an empty one.
 *
 * <p>A node whose log cannot serve comes back under another id ({@link #beginAnew}), but to the same cluster alone: until that has taken it in it is
 * <em>returning</em>, bound by what it had agreed to, and no member.
 */
public final class LocalNode {
    private static final String NODE = "node";
    private static final String CLUSTER = "cluster";
    private static final String WAS_REMOVED =
            "was removed from the cluster"; // what earlier versions did not write down

    /**
     * What a node was before it gave up its log.
     *
     * @param id which nobody has any more
     * @param reason for people
     */
    public record Former(NodeId id, String reason) {}

    private record NodeDocument(
            NodeId id,
            @Nullable String clusterId,
            @Nullable Boolean removed,
            @Nullable String why,
            @Nullable Boolean logBegun,
            @Nullable String replacing,
            @Nullable Former former) {
        static NodeDocument fresh(NodeId id, @Nullable Former former) {
            return new NodeDocument(id, null, null, null, null, null, former);
        }

        NodeDocument member(String cluster) {
            return new NodeDocument(id, cluster, null, null, logBegun, replacing, former);
        }

        NodeDocument gone(String reason) {
            return new NodeDocument(id, clusterId, true, reason, logBegun, replacing, former);
        }

        NodeDocument withLog() {
            return new NodeDocument(id, clusterId, removed, why, true, replacing, former);
        }

        NodeDocument toBeReplaced(String reason) {
            return new NodeDocument(id, clusterId, removed, why, logBegun, reason, former);
        }

        boolean returning() {
            return former != null && clusterId == null;
        }
    }

    private record ClusterDocument(
            boolean formed, Membership membership, @Nullable Boolean joined) {}

    private final StateStore store;
    private final String name;
    private final Random random;
    private final NodeId id;
    private NodeDocument document; // guarded by this
    private @Nullable Membership membership; // guarded by this: agreed to or formed
    private boolean formed; // guarded by this

    private LocalNode(
            StateStore store, String name, Random random, NodeDocument document, @Nullable ClusterDocument cluster) {
        this.store = store;
        this.name = name;
        this.random = random;
        this.id = document.id();
        this.document = document;
        this.membership = cluster == null ? null : cluster.membership();
        this.formed = cluster != null && cluster.formed() && !document.returning();
    }

    /**
     * Reads what the node remembers, or gives it an id at its first start.
     *
     * @param name for people; becomes part of a new id
     * @throws StateException if part of what it should remember is gone or damaged
     */
    public static LocalNode open(StateStore store, String name) {
        return open(store, name, new SecureRandom());
    }

    /** As above; {@code random} makes ids, which must not be guessed the same twice. */
    public static LocalNode open(StateStore store, String name, Random random) {
        RecoveryPlan.checkFinished(store);
        Optional<NodeDocument> node = store.read(NODE).map(json -> parse(store, NODE, json, NodeDocument.class));
        Optional<ClusterDocument> cluster =
                store.read(CLUSTER).map(json -> parse(store, CLUSTER, json, ClusterDocument.class));
        if (node.isEmpty()) {
            if (cluster.isPresent()) {
                throw new StateException(store.describe(NODE) + " is missing, but the node was a member of "
                        + cluster.get().membership().clusterName()
                        + " (restore the file, or empty the data directory so that it starts as a new node)");
            }
            NodeDocument fresh = NodeDocument.fresh(newId(name, random), null);
            store.write(NODE, json(fresh));
            return new LocalNode(store, name, random, fresh, null);
        }
        NodeDocument document = node.get();
        String marker = document.clusterId();
        boolean wasMember = marker != null || document.returning();
        boolean same = cluster.isPresent()
                && (marker == null || marker.equals(cluster.get().membership().clusterId()));
        if (wasMember && !same) {
            throw new StateException(store.describe(CLUSTER) + " is missing or of another cluster, but node "
                    + document.id() + " was a member of " + (marker == null ? "one" : marker)
                    + " (restore the data directory, or empty it so that it starts as a new node)");
        }
        if (cluster.isPresent()
                && cluster.get().joined() == null
                && document.former() == null
                && cluster.get().membership().member(document.id()).isEmpty()) {
            throw new StateException(store.describe(CLUSTER) + " does not list this node, " + document.id()
                    + " (restore the data directory)");
        }
        return new LocalNode(store, name, random, document, cluster.orElse(null));
    }

    public NodeId id() {
        return id;
    }

    /** The cluster that this node is in, as it formed; empty before. */
    public synchronized Optional<Membership> formed() {
        return formed ? Optional.ofNullable(membership) : Optional.empty();
    }

    /** What it agreed to form, or formed; it never agrees to anything else. */
    public synchronized Optional<Membership> agreed() {
        return Optional.ofNullable(membership);
    }

    /**
     * Agrees to a formation, for good.
     *
     * @return what this node has agreed to: {@code plan}, or an earlier one that it is bound by
     */
    public synchronized Membership agree(Membership plan) {
        Membership bound = membership;
        if (bound != null) {
            return bound;
        }
        if (plan.member(id).isEmpty()) {
            throw new IllegalArgumentException("plan: does not list " + id);
        }
        store.write(CLUSTER, json(new ClusterDocument(false, plan, null)));
        membership = plan;
        return plan;
    }

    /** All members agreed: this node is a member from now on. Can be repeated. */
    public synchronized void markFormed(Membership plan) {
        Membership bound = membership;
        if (bound != null && !bound.clusterId().equals(plan.clusterId())) {
            throw new IllegalArgumentException("plan: " + plan.clusterId() + ", but agreed to " + bound.clusterId());
        }
        if (formed) {
            return;
        }
        become(plan, null);
    }

    /** It was taken into a cluster that had formed without it, or under another id: it is a member from now on. Can be repeated. */
    public synchronized void markJoined(Membership formation) {
        Membership bound = membership;
        boolean known = formed || document.returning();
        if (bound != null && !(known && formation.continues(bound.clusterId()))) {
            throw new IllegalArgumentException(
                    "formation: " + formation.clusterId() + ", but agreed to " + bound.clusterId());
        }
        if (!formed) {
            become(formation, true);
        }
    }

    private void become(Membership formation, @Nullable Boolean joined) {
        store.write(CLUSTER, json(new ClusterDocument(true, formation, joined)));
        save(document.member(formation.clusterId()));
        membership = formation;
        formed = true;
    }

    private void save(NodeDocument next) {
        if (!document.id().equals(id)) {
            throw new StateException(id + " was given up: this node is " + document.id() + " from its next start on");
        }
        store.write(NODE, json(next));
        document = next;
    }

    /**
     * It is no member any more, for good. Can be repeated: the first reason stays.
     *
     * @param why for people
     */
    public synchronized void markRemoved(String why) {
        if (membership != null && document.removed() == null) {
            save(document.gone(why));
        }
    }

    /** Why it is no member any more; empty while it may be one. */
    public synchronized Optional<String> removed() {
        return document.removed() == null
                ? Optional.empty()
                : Optional.of(Objects.requireNonNullElse(document.why(), WAS_REMOVED));
    }

    /** It has a log from now on, and must find it at each start. Can be repeated. */
    public synchronized void markLogBegun() {
        if (document.logBegun() == null) {
            save(document.withLog());
        }
    }

    /** It had a log. */
    public synchronized boolean logBegun() {
        return document.logBegun() != null;
    }

    /** Its log cannot serve: it wants to be replaced. The first reason stays. Can be repeated. */
    public synchronized void wantReplacement(String reason) {
        if (document.replacing() == null && document.id().equals(id)) {
            save(document.toBeReplaced(reason));
        }
    }

    /** Why it wants to be replaced. */
    public synchronized Optional<String> replacing() {
        return Optional.ofNullable(document.replacing());
    }

    /**
     * Gives its id up, which its cluster has removed, and takes another one: from the next start on. This object is of no more use then.
     *
     * @return the new id, on disk
     */
    public synchronized NodeId beginAnew() {
        String reason = document.replacing();
        if (document.id().equals(id)) {
            save(NodeDocument.fresh(newId(name, random), new Former(id, reason == null ? "" : reason)));
        }
        return document.id();
    }

    /** It is none yet, but comes back to the cluster that it agreed to under its former id. */
    public synchronized boolean returning() {
        return document.returning();
    }

    /** What it was before. */
    public synchronized Optional<Former> former() {
        return Optional.ofNullable(document.former());
    }

    /** The cluster that a node which does not run was a member of when it ran last; empty if it was none, or was removed. */
    public static Optional<Membership> lastMembership(StateStore store) {
        boolean removed = store.read(NODE)
                .map(json -> parse(store, NODE, json, NodeDocument.class))
                .filter(node -> node.removed() == null && !node.returning())
                .isEmpty();
        return removed
                ? Optional.empty()
                : store.read(CLUSTER)
                        .map(json -> parse(store, CLUSTER, json, ClusterDocument.class))
                        .filter(ClusterDocument::formed)
                        .map(ClusterDocument::membership);
    }

    /**
     * Makes a node that does not run a member of the cluster that goes on for its own, or goes on with that after a crash.
     *
     * @param former the id of its cluster
     * @param successor the id of the other one
     */
    public static void moveTo(StateStore store, String former, String successor) {
        ClusterDocument cluster = store.read(CLUSTER)
                .map(json -> parse(store, CLUSTER, json, ClusterDocument.class))
                .orElseThrow(() -> new StateException(store.describe(CLUSTER) + " is missing"));
        NodeDocument node = store.read(NODE)
                .map(json -> parse(store, NODE, json, NodeDocument.class))
                .orElseThrow(() -> new StateException(store.describe(NODE) + " is missing"));
        if (cluster.membership().clusterId().equals(former)) {
            store.write(
                    CLUSTER,
                    json(new ClusterDocument(true, cluster.membership().replacedBy(successor), cluster.joined())));
        }
        store.write(NODE, json(node.member(successor)));
    }

    /** {@code name}, cut to what an id allows, and 48 random bits. */
    private static NodeId newId(String name, Random random) {
        byte[] bits = new byte[6];
        random.nextBytes(bits);
        String base =
                name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9-]", "-").replaceAll("^-+", "");
        String prefix = base.isEmpty() ? "node" : base.substring(0, Math.min(base.length(), 24));
        return new NodeId(prefix + "-" + HexFormat.of().formatHex(bits));
    }

    private static String json(Object document) {
        try {
            return ClusterJson.mapper().writeValueAsString(document);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("records of strings and numbers are always JSON", e);
        }
    }

    private static <T> T parse(StateStore store, String name, String json, Class<T> type) {
        try {
            return ClusterJson.mapper().readValue(json, type);
        } catch (JsonProcessingException e) {
            throw new StateException(store.describe(name) + ": not what this version writes (restore the file)", e);
        }
    }
}
