package io.shareddb.server;

import io.shareddb.cluster.member.Member;
import io.shareddb.cluster.peer.DrainRequest;
import io.shareddb.cluster.peer.JoinRequest;
import io.shareddb.cluster.peer.JoinResult;
import io.shareddb.cluster.peer.OperationClient;
import io.shareddb.cluster.peer.OperationException;
import io.shareddb.cluster.peer.RemoveRequest;
import io.shareddb.cluster.peer.TransferRequest;
import io.shareddb.cluster.peer.TransferResult;
import io.shareddb.replication.log.NodeId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/** What people ask of the cluster at this node: done here, or passed on to the node whose business it is. Thread-safe. */
final class Operations {
    private final Member own;
    private final ClusterMember member;
    private final OperationClient peers;

    Operations(Member own, ClusterMember member, OperationClient peers) {
        this.own = own;
        this.member = member;
        this.peers = peers;
    }

    /** Passed on if another node leads. */
    CompletionStage<TransferResult> transfer(TransferRequest request) {
        return atLeader(() -> transferHere(request), leader -> peers.transfer(leader.api(), request));
    }

    /** Fails if another node leads. */
    CompletionStage<TransferResult> transferHere(TransferRequest request) {
        Optional<NodeId> to = Optional.empty();
        if (request.to() != null) {
            Optional<Member> named = named(request.to());
            if (named.isEmpty()) {
                return refused(unknown(request.to()));
            }
            to = named.map(Member::id);
        }
        if (to.filter(own.id()::equals).isPresent()) {
            return CompletableFuture.completedFuture(new TransferResult(own.id()));
        }
        return member.role().handOver(to, request.force()).thenApply(TransferResult::new);
    }

    /** Passed on if it is about another node. */
    CompletionStage<DrainRequest> drain(DrainRequest request) {
        Optional<Member> named = named(request.node());
        if (named.isEmpty()) {
            return refused(unknown(request.node()));
        }
        return named.get().id().equals(own.id())
                ? drainHere(request)
                : peers.drain(named.get().api(), request);
    }

    /** Fails if it is about another node. */
    CompletionStage<DrainRequest> drainHere(DrainRequest request) {
        if (named(request.node()).filter(node -> node.id().equals(own.id())).isEmpty()) {
            return refused("this node is " + own.describe() + ", not " + request.node());
        }
        member.role().drain(request.on());
        return CompletableFuture.completedFuture(request);
    }

    /** Passed on if another node leads. The leader itself hands over first. */
    CompletionStage<RemoveRequest> remove(RemoveRequest request) {
        return atLeader(() -> removeHere(request), leader -> peers.remove(leader.api(), request));
    }

    /** Fails if another node leads. */
    CompletionStage<RemoveRequest> removeHere(RemoveRequest request) {
        String replacing = request.replacing();
        if (replacing != null) {
            return member.keeper()
                    .replace(new NodeId(request.node()), replacing)
                    .thenApply(members -> request);
        }
        Optional<Member> named = named(request.node());
        if (named.isEmpty()) {
            return refused(unknown(request.node()));
        }
        NodeId node = named.get().id();
        RemoveRequest exact = new RemoveRequest(node.value(), request.force());
        return node.equals(own.id())
                ? member.role().handOver(Optional.empty(), false).thenCompose(leader -> member.member(leader)
                        .map(next -> peers.remove(next.api(), exact))
                        .orElseGet(() -> refused("it is not known where the new leader is, " + leader)))
                : member.keeper().remove(node, request.force()).thenApply(members -> request);
    }

    /** Passed on, once, if another node leads. */
    CompletionStage<JoinResult> join(JoinRequest request) {
        return request.forwarded()
                ? member.keeper().join(request)
                : atLeader(() -> member.keeper().join(request), leader -> peers.join(leader.api(), request.passedOn()));
    }

    private <T> CompletionStage<T> atLeader(
            Supplier<CompletionStage<T>> here, Function<Member, CompletionStage<T>> elsewhere) {
        Optional<NodeId> leader = member.role().view().leader();
        if (leader.isEmpty()) {
            return refused("there is no leader now");
        }
        return leader.get().equals(own.id())
                ? here.get()
                : member.member(leader.get())
                        .map(elsewhere)
                        .orElseGet(() -> refused("it is not known where the leader is, " + leader.get()));
    }

    private Optional<Member> named(String text) {
        List<Member> found = member.members().stream()
                .filter(node -> node.id().value().equals(text) || node.name().equals(text))
                .toList();
        return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
    }

    private String unknown(String text) {
        return "node: " + text + " (expected: the id, or the name if only one has it, of "
                + String.join(
                        ", ", member.members().stream().map(Member::describe).toList()) + ")";
    }

    private static <T> CompletionStage<T> refused(String why) {
        return CompletableFuture.failedFuture(new OperationException(why));
    }
}
