package io.shareddb.api.management;

import io.shareddb.cluster.member.Member;
import io.shareddb.cluster.member.NodeKind;
import io.shareddb.cluster.peer.EngineSummary;
import io.shareddb.cluster.peer.NodeStatus;
import io.shareddb.cluster.peer.PeerStatus;
import io.shareddb.cluster.role.NodeState;
import io.shareddb.cluster.storage.DiskStatus;
import io.shareddb.replication.log.Members;
import io.shareddb.replication.log.NodeId;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One node in {@code GET /v1/cluster}. What is not known is null.
 *
 * @param role {@code leader}, {@code follower}, {@code witness} or {@code none}
 * @param state of {@link NodeState}, or {@code UNREACHABLE}: then the figures are the last known ones
 * @param reason for people; empty when there is nothing to say
 * @param kind {@code full}, {@code replica} or {@code witness}
 * @param votes whether its disk counts and it may lead; null when that is not known
 * @param mysql where clients connect, {@code host:port}
 * @param ui where the management API and the pages are, {@code host:port}
 * @param committedSeq the last transaction that it knows to be committed
 * @param appliedSeq the last transaction that its engine holds
 * @param lagSeconds how long the oldest transaction that its engine lacks has been waiting
 * @param operatorPid its process
 * @param disk where its data lies
 * @param copyPercent how much of the copy that its engine gets is loaded, 0 to 100
 * @param ageSeconds how old these figures are
 */
public record NodeView(
        NodeId id,
        String name,
        String role,
        String state,
        String reason,
        String kind,
        @Nullable Boolean votes,
        String mysql,
        String ui,
        @Nullable Long committedSeq,
        @Nullable Long appliedSeq,
        @Nullable Double lagSeconds,
        @Nullable Long operatorPid,
        @Nullable EngineSummary engine,
        @Nullable DiskStatus disk,
        @Nullable Double copyPercent,
        double ageSeconds) {
    /** The state of a node that does not answer. */
    public static final String UNREACHABLE = "UNREACHABLE";

    static NodeView of(Member member, NodeStatus status, Optional<Members> members) {
        return view(member, members, status, status.state().name(), role(member, status), status.reason(), 0);
    }

    static NodeView of(PeerStatus peer, Optional<Members> members) {
        double age = peer.age().toMillis() / 1000.0;
        NodeStatus status = peer.lastKnown();
        if (peer.reachable() && status != null) {
            return view(
                    peer.member(),
                    members,
                    status,
                    status.state().name(),
                    role(peer.member(), status),
                    status.reason(),
                    age);
        }
        return view(peer.member(), members, status, UNREACHABLE, "none", peer.problem(), age);
    }

    private static String role(Member member, NodeStatus status) {
        if (member.kind() == NodeKind.WITNESS) {
            return status.state() == NodeState.FOLLOWING ? "witness" : "none";
        }
        return status.state() == NodeState.LEADING
                ? "leader"
                : status.state() == NodeState.FOLLOWING ? "follower" : "none";
    }

    private static NodeView view(
            Member member,
            Optional<Members> members,
            @Nullable NodeStatus status,
            String state,
            String role,
            String reason,
            double age) {
        String host = member.host().indexOf(':') >= 0 ? "[" + member.host() + "]" : member.host();
        return new NodeView(
                member.id(),
                member.name(),
                role,
                state,
                reason,
                member.kind().name().toLowerCase(Locale.ROOT),
                members.map(log -> log.votes(member.id())).orElse(null),
                host + ":" + member.mysqlPort(),
                host + ":" + member.uiPort(),
                status == null ? null : Long.valueOf(status.committedSeq()),
                status == null ? null : Long.valueOf(status.appliedSeq()),
                status == null ? null : Double.valueOf(status.lagSeconds()),
                status == null ? null : Long.valueOf(status.operatorPid()),
                status == null ? null : status.engine(),
                status == null ? null : status.disk(),
                status == null ? null : status.copyPercent(),
                age);
    }
}
