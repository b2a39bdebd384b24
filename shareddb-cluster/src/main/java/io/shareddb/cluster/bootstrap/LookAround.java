package io.shareddb.cluster.bootstrap;

import io.shareddb.cluster.discovery.Discovery;
import io.shareddb.cluster.member.LocalNode;
import io.shareddb.cluster.member.Member;
import io.shareddb.cluster.member.MemberDirectory;
import io.shareddb.cluster.member.PeerAddress;
import io.shareddb.cluster.member.StateStore;
import io.shareddb.cluster.peer.Failures;
import io.shareddb.cluster.peer.PeerClient;
import io.shareddb.cluster.peer.PeerException;
import io.shareddb.cluster.peer.PeerReport;
import io.shareddb.replication.log.NodeId;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks all nodes that may be there who they are. One thread. */
final class LookAround {
    private static final Logger log = LoggerFactory.getLogger(LookAround.class);

    private final LocalNode local;
    private final Member own;
    private final String clusterName;
    private final Discovery discovery;
    private final PeerClient client;
    private final StateStore store;
    private final Map<PeerAddress, String> problems = new LinkedHashMap<>(); // of the last look
    private final Set<String> reported = new LinkedHashSet<>();

    LookAround(
            LocalNode local, Member own, String clusterName, Discovery discovery, PeerClient client, StateStore store) {
        this.local = local;
        this.own = own;
        this.clusterName = clusterName;
        this.discovery = discovery;
        this.client = client;
        this.store = store;
    }

    /** Everybody who answered, by id, without this node itself and without strangers. */
    Map<NodeId, PeerReport> reports() {
        Set<PeerAddress> addresses = new LinkedHashSet<>(discovery.addresses());
        local.agreed().ifPresent(plan -> plan.members().forEach(member -> addresses.add(member.api())));
        if (local.returning()) {
            MemberDirectory.remembered(store)
                    .ifPresent(members -> members.forEach(member -> addresses.add(member.api())));
        }
        addresses.remove(own.api());
        Map<PeerAddress, CompletableFuture<PeerReport>> questions = new LinkedHashMap<>();
        addresses.forEach(
                address -> questions.put(address, client.report(address).toCompletableFuture()));
        problems.clear();
        Map<NodeId, PeerReport> reports = new TreeMap<>();
        questions.forEach((address, question) -> {
            try {
                PeerReport report = question.join();
                if (!report.clusterName().equals(clusterName)) {
                    note(
                            address,
                            new PeerException(
                                    PeerException.Reason.REFUSED,
                                    "belongs to the cluster '" + report.clusterName() + "', this node to '"
                                            + clusterName + "'"));
                } else if (!report.member().id().equals(own.id())) {
                    reports.put(report.member().id(), report);
                } else if (report.member().apiPort() != own.apiPort()) {
                    note(
                            address,
                            new PeerException(
                                    PeerException.Reason.REFUSED,
                                    "has the id of this node, " + own.id() + " (was the data directory copied?)"));
                }
            } catch (CompletionException e) {
                note(address, Failures.cause(e));
            }
        });
        return reports;
    }

    /** Remembers why a peer is of no help; says it in the log once unless it is merely not there yet. */
    void note(PeerAddress address, Throwable problem) {
        String text = String.valueOf(problem.getMessage());
        problems.put(address, text);
        boolean expected = problem instanceof PeerException peer && peer.reason() == PeerException.Reason.UNREACHABLE;
        if (!expected && reported.add(address + text)) {
            log.warn("{} does not count the node at {}: {}", own.id(), address, text);
        }
    }

    /** Why some did not count, to be appended to a reason; empty when all did. */
    String problemText() {
        return problems.isEmpty() ? "" : "; no help from " + problems;
    }
}
