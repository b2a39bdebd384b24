package io.shareddb.server.launcher;

import io.shareddb.api.cluster.HttpPeerClient;
import io.shareddb.cluster.member.Member;
import io.shareddb.cluster.peer.NodeStatus;
import io.shareddb.cluster.peer.PeerException;
import io.shareddb.cluster.peer.PeerReport;
import io.shareddb.cluster.recovery.RecoveryException;
import io.shareddb.cluster.recovery.Survivor;
import io.shareddb.replication.log.NodeId;
import io.shareddb.server.NodeTrust;
import io.shareddb.server.config.NodeConfig;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** The members whose directories were not named: what they answer, if they do. One thread. */
final class RemainingNodes implements AutoCloseable {
    /**
     * One of them.
     *
     * @param member who and where; null when that is not known
     * @param status what it says of itself; null when it does not answer as a member of this cluster
     * @param problem why it does not; empty when it does
     * @param unclear it may live all the same: it was not asked, or is there and does not take who asks for a node
     */
    record Answer(@Nullable Member member, @Nullable NodeStatus status, String problem, boolean unclear) {}

    private final @Nullable HttpPeerClient client;
    private final String notAsked;
    private final Map<NodeId, Answer> answers = new TreeMap<>();
    private final Set<NodeId> voters = new HashSet<>();

    private RemainingNodes(@Nullable HttpPeerClient client, String notAsked) {
        this.client = client;
        this.notAsked = notAsked;
    }

    /** They are asked as a node of these settings would ask them. */
    static RemainingNodes of(NodeConfig config) throws IOException {
        return new RemainingNodes(
                new HttpPeerClient(new NodeId("recover"), NodeTrust.of(config).tls()), "");
    }

    /** Nobody is asked, for that reason. */
    static RemainingNodes notAsked(String why) {
        return new RemainingNodes(null, why);
    }

    /** Asks all at once; blocks for some seconds at most. */
    void ask(List<Survivor> survivors) {
        Set<NodeId> here = new HashSet<>();
        Set<NodeId> members = new TreeSet<>();
        Map<NodeId, Member> places = new TreeMap<>();
        for (Survivor survivor : survivors) {
            here.add(survivor.id());
            members.addAll(survivor.members().all());
            voters.addAll(survivor.members().voters());
            survivor.known().forEach(member -> places.put(member.id(), member));
        }
        members.removeAll(here);
        String cluster = survivors.get(0).membership().clusterId();
        Map<NodeId, CompletableFuture<PeerReport>> questions = new TreeMap<>();
        for (NodeId id : members) {
            Member member = places.get(id);
            if (client == null || member == null) {
                String why = client == null ? "not asked" : "it is not known where it is";
                answers.put(id, new Answer(member, null, why, true));
            } else {
                questions.put(id, client.report(member.api()).toCompletableFuture());
            }
        }
        questions.forEach((id, question) -> answers.put(id, answer(id, places.get(id), cluster, question)));
    }

    private static Answer answer(
            NodeId id, @Nullable Member member, String cluster, CompletableFuture<PeerReport> question) {
        try {
            PeerReport report = question.join();
            boolean same = report.member().id().equals(id)
                    && report.agreed() != null
                    && report.agreed().clusterId().equals(cluster);
            return same
                    ? new Answer(member, report.status(), "", false)
                    : new Answer(
                            member,
                            null,
                            "somebody else answers there: " + report.member().describe(),
                            false);
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            boolean silent = cause instanceof PeerException peer && peer.reason() == PeerException.Reason.UNREACHABLE;
            return new Answer(member, null, String.valueOf(cause.getMessage()), !silent);
        }
    }

    /** What each said, by id. */
    Map<NodeId, Answer> answers() {
        return answers;
    }

    /** Why none was asked; empty if they were. */
    String notAsked() {
        return notAsked;
    }

    /** Why a majority may live that nobody knows of, and what to do about it; empty if each was asked. */
    Optional<String> unclear() {
        List<String> some = answers.entrySet().stream()
                .filter(entry -> entry.getValue().unclear())
                .map(entry -> entry.getKey() + " (" + entry.getValue().problem() + ")")
                .toList();
        if (some.isEmpty()) {
            return Optional.empty();
        }
        String what = notAsked.isEmpty()
                ? "it is not known whether they live: " + String.join(", ", some)
                : "the other nodes were not asked whether they live: " + notAsked;
        return Optional.of(what + " (give the settings that this node has, so that they can be asked: DB_INIT_PASS or"
                + " DB_INIT_PASS_FILE, and CLUSTER_NAME, CLUSTER_SECRET, CLUSTER_TLS and its files where it has them; or"
                + " --without-asking, if you know that they are lost)");
    }

    /** Those that vote and answer. */
    Set<NodeId> aliveVoters() {
        Set<NodeId> alive = new HashSet<>();
        answers.forEach((id, answer) -> {
            if (answer.status() != null && voters.contains(id)) {
                alive.add(id);
            }
        });
        return alive;
    }

    /**
     * Looks whether any of them has more than {@code chosen}.
     *
     * @throws RecoveryException naming it
     */
    void checkNoneKnowsMore(Survivor chosen) {
        Optional<Map.Entry<NodeId, Answer>> better = answers.entrySet().stream()
                .filter(entry -> entry.getValue().status() != null
                        && entry.getValue().status().committedSeq() > chosen.seq())
                .findFirst();
        if (better.isPresent()) {
            NodeStatus status = better.get().getValue().status();
            throw new RecoveryException(better.get().getKey() + " answers, and has transactions up to "
                    + (status == null ? 0 : status.committedSeq()) + "; " + chosen.place() + " has them up to "
                    + chosen.seq() + " (stop that node and recover with its directory)");
        }
    }

    @Override
    public void close() {
        if (client != null) {
            client.close();
        }
    }
}
