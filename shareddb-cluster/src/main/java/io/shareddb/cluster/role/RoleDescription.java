package io.shareddb.cluster.role;

import io.shareddb.replication.log.RemovedException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a role says of itself, derived from what its pieces are at. Role thread only; changes none of them. */
final class RoleDescription {
    private final RoleContext role;
    private final HandOver handOver;
    private final Following following;
    private final Leading leading;
    private final Rebuild rebuild;
    private final LeaderSync sync;
    private boolean silent; // as described last

    RoleDescription(
            RoleContext role,
            HandOver handOver,
            Following following,
            Leading leading,
            Rebuild rebuild,
            LeaderSync sync) {
        this.role = role;
        this.handOver = handOver;
        this.following = following;
        this.leading = leading;
        this.rebuild = rebuild;
        this.sync = sync;
    }

    /** @param ended the node does nothing any more */
    RoleView view(RoleInputs.Snapshot now, boolean ended) {
        Takeover current = leading.takeover();
        boolean leads = current != null && current.done();
        silent = following.silent();
        boolean serves = role.runner().ready()
                && following.compared()
                && !following.ahead()
                && !now.cutOff(role.parts().log());
        boolean writable = leads && serves && now.fatal() == null && !handOver.closed();
        boolean switching = now.leads()
                && now.fatal() == null
                && current != null
                && !ended
                && (!current.done() || handOver.holds());
        NodeState state = ended ? NodeState.STOPPED : state(now, leads && serves);
        String reason = reason(now, state, current);
        long epoch = current != null && leads ? current.term() : now.leader().isPresent() ? now.term() : 0;
        return new RoleView(
                state,
                reason,
                epoch,
                now.leader(),
                writable,
                serves && !silent && now.fatal() == null && !ended,
                switching);
    }

    /** Whether what was said of the engine's silence is still so. */
    boolean upToDate() {
        return silent == following.silent();
    }

    private NodeState state(RoleInputs.Snapshot now, boolean leads) {
        if (now.stopping()) {
            return NodeState.DRAINING;
        }
        if (now.fatal() != null) {
            return NodeState.FAILED;
        }
        if (rebuild.due()) {
            return NodeState.RESEEDING;
        }
        if (leads) {
            return NodeState.LEADING;
        }
        if (now.cutOff(role.parts().log())) {
            return NodeState.STARTING;
        }
        if (following.compared() && !following.ahead() && role.runner().ready() && !sync.pending() && !silent) {
            return now.draining() ? NodeState.DRAINING : NodeState.FOLLOWING;
        }
        int patience = role.settings().patience();
        boolean needsHelp = role.runner().failures() >= patience || following.failures() >= patience;
        return needsHelp ? NodeState.FAILED : NodeState.STARTING;
    }

    private String reason(RoleInputs.Snapshot now, NodeState state, @Nullable Takeover current) {
        Throwable fatal = now.fatal();
        Trouble trouble = role.trouble();
        String engineTrouble = role.runner().trouble();
        return switch (state) {
            case FAILED ->
                fatal != null
                        ? (fatal instanceof RemovedException ? "" : "the log failed: ") + fatal.getMessage()
                        : engineTrouble.isEmpty() ? trouble.text() : engineTrouble;
            case RESEEDING -> trouble.exists() ? trouble.text() : Objects.requireNonNullElse(rebuild.reason(), "");
            case STARTING -> {
                if (now.cutOff(role.parts().log())) {
                    yield RoleInputs.CUT_OFF;
                }
                yield silent ? following.silence() : trouble.exists() ? trouble.text() : engineTrouble;
            }
            case FOLLOWING -> current == null ? "" : "is taking over: " + current.next();
            case LEADING -> now.draining() ? "is drained, but no other node can lead" : "";
            case DRAINING -> now.stopping() ? "stops" : "is drained: leaves leadership to others";
            case STOPPED -> "";
        };
    }
}
