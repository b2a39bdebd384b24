package io.shareddb.cluster.bootstrap;

import io.shareddb.cluster.member.LocalNode;
import io.shareddb.cluster.member.Member;
import io.shareddb.cluster.member.MemberDirectory;
import io.shareddb.cluster.member.StateStore;
import io.shareddb.cluster.peer.Failures;
import io.shareddb.cluster.peer.JoinRequest;
import io.shareddb.cluster.peer.JoinResult;
import io.shareddb.cluster.peer.OperationClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A fresh node becomes a member of a cluster that formed without it, or of one that knew it under another id before it lost its disk.
 * May stop and be repeated at any point: the leader takes the same id in once, and the node starts its log only when it has on disk
 * where it belongs. One thread.
 */
final class Joining {
    private static final Logger log = LoggerFactory.getLogger(Joining.class);

    private final LocalNode local;
    private final Member own;
    private final String clusterName;
    private final OperationClient client;
    private final StateStore store;
    private final LogBeginning beginning;

    Joining(
            LocalNode local,
            Member own,
            String clusterName,
            OperationClient client,
            StateStore store,
            LogBeginning beginning) {
        this.local = local;
        this.own = own;
        this.clusterName = clusterName;
        this.client = client;
        this.store = store;
        this.beginning = beginning;
    }

    /** Asks each until one can tell; blocks for as long as that takes. */
    FormationStep join(List<Member> members) {
        List<String> problems = new ArrayList<>();
        for (Member member : members) {
            try {
                JoinResult result = client.join(member.api(), new JoinRequest(clusterName, own, false))
                        .toCompletableFuture()
                        .join();
                if (result.start() != null) {
                    beginning.at(result.start().read());
                }
                MemberDirectory.remember(store, result.members());
                local.markJoined(result.formation());
                log.info(
                        "{} is taken in by {}; the members are at {}",
                        own.id(),
                        result.formation().clusterName(),
                        result.members().stream().map(Member::describe).toList());
                return new FormationStep.Formed(result.formation());
            } catch (CompletionException e) {
                problems.add(member.describe() + ": " + Failures.cause(e).getMessage());
            } catch (IOException e) {
                return new FormationStep.Refused(
                        "the log of " + own.describe() + " cannot be begun: " + e.getMessage());
            }
        }
        return new FormationStep.Waiting("to be taken in by a cluster that formed without this node; " + problems);
    }
}
