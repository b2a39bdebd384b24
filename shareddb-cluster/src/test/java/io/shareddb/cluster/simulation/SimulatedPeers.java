package io.shareddb.cluster.simulation;

import io.shareddb.cluster.member.Member;
import io.shareddb.cluster.member.Membership;
import io.shareddb.cluster.member.PeerAddress;
import io.shareddb.cluster.peer.JoinRequest;
import io.shareddb.cluster.peer.JoinResult;
import io.shareddb.cluster.peer.PeerClient;
import io.shareddb.cluster.peer.PeerException;
import io.shareddb.cluster.peer.PeerReport;
import io.shareddb.cluster.peer.RemoveRequest;
import io.shareddb.replication.log.NodeId;
import io.shareddb.replication.log.simulation.SimulatedNetwork;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The cluster API over the simulated network: a question may get no answer within its limit. */
final class SimulatedPeers implements PeerClient {
    private static final Duration LIMIT = Duration.ofSeconds(2);

    /** Who is at an address now. */
    interface Directory {
        @Nullable
        ModelNode at(PeerAddress address);
    }

    private final NodeId own;
    private final Life life;
    private final SimulatedNetwork network;
    private final Directory directory;

    SimulatedPeers(NodeId own, Life life, SimulatedNetwork network, Directory directory) {
        this.own = own;
        this.life = life;
        this.network = network;
        this.directory = directory;
    }

    private <T> CompletionStage<T> ask(PeerAddress address, Function<ModelNode, CompletionStage<T>> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        life.after(
                LIMIT,
                () -> answer.completeExceptionally(
                        new PeerException(PeerException.Reason.UNREACHABLE, address + " does not answer")));
        ModelNode peer = directory.at(address);
        if (peer == null) {
            life.after(
                    Duration.ofMillis(1),
                    () -> answer.completeExceptionally(
                            new PeerException(PeerException.Reason.UNREACHABLE, "nobody is at " + address)));
            return answer;
        }
        network.carry(own, peer.id(), () -> {
            peer.run(() -> question.apply(peer)
                    .whenComplete((result, failure) -> network.carry(
                            peer.id(),
                            own,
                            () -> life.run(() -> {
                                if (failure == null) {
                                    answer.complete(result);
                                } else {
                                    answer.completeExceptionally(failure);
                                }
                            }))));
        });
        return answer;
    }

    @Override
    public CompletionStage<PeerReport> report(PeerAddress address) {
        return ask(address, peer -> CompletableFuture.completedFuture(peer.report()));
    }

    CompletionStage<JoinResult> join(PeerAddress address, JoinRequest request) {
        return ask(address, peer -> peer.join(request));
    }

    CompletionStage<RemoveRequest> remove(PeerAddress leader, RemoveRequest request) {
        return ask(leader, peer -> peer.keeper()
                .replace(new NodeId(request.node()), Objects.requireNonNull(request.replacing()))
                .thenApply(members -> request));
    }

    @Override
    public CompletionStage<Membership> propose(PeerAddress address, Membership plan) {
        throw new UnsupportedOperationException("the cluster is formed");
    }

    @Override
    public CompletionStage<Member> announce(PeerAddress address, Member member) {
        return ask(address, peer -> {
            peer.announced(member);
            return CompletableFuture.completedFuture(peer.member());
        });
    }
}
