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

    /**
     * Puts together.
     *
     * @param role whose state is told
     */
    public RoleStatus(NodeRole role, RoleParts parts) {
        this.role = role;
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
                view.reason(),
                view.epoch(),
                view.leader().orElse(null),
                view.writable(),
                view.readable(),
                archive.committed().seq(),
                progress.seq(),
                progress.lagSeconds(),
                ProcessHandle.current().pid(),
                summary.orElse(null),
                null,
                reseed.percent().orElse(null));
    }
}
