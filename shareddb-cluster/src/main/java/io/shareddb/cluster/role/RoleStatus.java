package io.shareddb.cluster.role;

import io.shareddb.cluster.peer.EngineSummary;
import io.shareddb.cluster.peer.NodeStatus;
import io.shareddb.cluster.peer.NodeStatusSource;
import io.shareddb.cluster.repair.Reseed;
import io.shareddb.replication.archive.TransactionArchive;
import io.shareddb.replication.engine.EngineProcess;
import java.util.Optional;

/** How this node does, put together from its role and its history. Thread-safe, does not block. */
public final class RoleStatus implements NodeStatusSource {
    private final NodeRole role;
    private final TransactionArchive archive;
    private final EngineProcess engine;
    private final Reseed reseed;
    private final WithoutLeader withoutLeader;

    /**
     * Puts together.
     *
     * @param role whose state is told
     */
    public RoleStatus(NodeRole role, RoleParts parts, WithoutLeader withoutLeader) {
        this.role = role;
        this.withoutLeader = withoutLeader;
        this.archive = parts.archive();
        this.engine = parts.engine();
        this.reseed = parts.reseed();
    }

    @Override
    public NodeStatus status() {
        RoleView view = role.view();
        AppliedSeq.Progress progress = role.progress();
        Optional<EngineSummary> summary = role.engineInfo()
                .map(info -> new EngineSummary(info.product(), info.version(), engine.pid(), info.port()));
        return new NodeStatus(
                view.state(),
                reason(view),
                view.epoch(),
                view.leader().orElse(null),
                view.writable(),
                view.readable() && withoutLeader.refusesReads().isEmpty(),
                archive.committed().seq(),
                progress.seq(),
                progress.lagSeconds(),
                ProcessHandle.current().pid(),
                summary.orElse(null),
                null,
                reseed.percent().orElse(null));
    }

    private String reason(RoleView view) {
        boolean says = view.state() == NodeState.FOLLOWING || view.state() == NodeState.STARTING;
        String missing = says ? withoutLeader.describe() : "";
        return view.reason().isEmpty() || missing.isEmpty() ? view.reason() + missing : view.reason() + "; " + missing;
    }
}
