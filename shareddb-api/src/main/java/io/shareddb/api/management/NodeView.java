package io.shareddb.api.management;

import io.shareddb.cluster.member.Member;
import io.shareddb.cluster.peer.EngineSummary;
import io.shareddb.cluster.peer.NodeStatus;
import io.shareddb.cluster.peer.PeerStatus;
import io.shareddb.cluster.role.NodeState;
import io.shareddb.cluster.storage.DiskStatus;
import io.shareddb.replication.log.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * One node in {@code GET /v1/cluster}. What is not known is null.
 *
 * @param role {@code leader}, {@code follower} or {@code none}
 * @param state of {@link NodeState}, or {@code UNREACHABLE}: then the figures are the last known ones
 * @param reason for people; empty when there is nothing to say
 * @param mysql where clients connect, {@code host:port}
 * @param ui where the management API and the pages are, {@code host:port}
 * @param committedSeq the last transaction that it knows to be committed
 * @param appliedSeq the last transaction that its engine holds
 * @param lagSeconds how long the oldest transaction that its engine lacks has been waiting
 * @param operatorPid its process
 * @param disk where its data lies
 * @param ageSeconds how old these figures are
 */
public record NodeView(
        NodeId id,
        String name,
        String role,
        String state,
        String reason,
        String mysql,
        String ui,
        @Nullable Long committedSeq,
        @Nullable Long appliedSeq,
        @Nullable Double lagSeconds,
        @Nullable Long operatorPid,
        @Nullable EngineSummary engine,
        @Nullable DiskStatus disk,
        double ageSeconds) {
    /** The state of a node that does not answer. */
    public static final String UNREACHABLE = "UNREACHABLE";

    static NodeView of(Member member, NodeStatus status) {
        return view(member, status, status.state().name(), role(status), status.reason(), 0);
    }

    static NodeView of(PeerStatus peer) {
        double age = peer.age().toMillis() / 1000.0;
        NodeStatus status = peer.lastKnown();
        if (peer.reachable() && status != null) {
            return view(peer.member(), status, status.state().name(), role(status), status.reason(), age);
        }
        return view(peer.member(), status, UNREACHABLE, "none", peer.problem(), age);
    }

    private static String role(NodeStatus status) {
        return status.state() == NodeState.LEADING
                ? "leader"
                : status.state() == NodeState.FOLLOWING ? "follower" : "none";
    }

    private static NodeView view(
            Member member, @Nullable NodeStatus status, String state, String role, String reason, double age) {
        String host = member.host().indexOf(':') >= 0 ? "[" + member.host() + "]" : member.host();
        return new NodeView(
                member.id(),
                member.name(),
                role,
                state,
                reason,
                host + ":" + member.mysqlPort(),
                host + ":" + member.uiPort(),
                status == null ? null : Long.valueOf(status.committedSeq()),
                status == null ? null : Long.valueOf(status.appliedSeq()),
                status == null ? null : Double.valueOf(status.lagSeconds()),
                status == null ? null : Long.valueOf(status.operatorPid()),
                status == null ? null : status.engine(),
                status == null ? null : status.disk(),
                age);
    }
}
