package io.shareddb.cluster.role;

import io.shareddb.replication.engine.EngineException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Ends a node in order: leadership goes to another one, what clients wait for is finished, the engine stops. Role thread only. */
final class PlannedStop {
    private final RoleContext role;
    private final HandOver handOver;
    private final Leading leading;
    private final LeaderSync sync;

    PlannedStop(RoleContext role, HandOver handOver, Leading leading, LeaderSync sync) {
        this.role = role;
        this.handOver = handOver;
        this.leading = leading;
        this.sync = sync;
    }

    /**
     * Goes on.
     *
     * @param logStarted there may be something to hand over
     * @return whether this node does nothing any more
     */
    boolean advance(RoleInputs.Snapshot now, boolean logStarted) {
        boolean leads = now.leads() && logStarted && now.fatal() == null;
        if (leads && !handOver.gone()) {
            handOver.begin(Optional.empty(), HandOver.Mode.LEAVE, new CompletableFuture<>());
            handOver.advance(leading.isOpen());
            return false;
        }
        boolean clean = !leading.isOpen() || (handOver.gone() ? handOver.clean() : closesForWrites());
        leading.drop();
        role.parts().reseed().cancel();
        if (clean) {
            role.runner().stop(role.settings().stop());
        } else {
            role.runner().kill();
        }
        sync.tryToMakeUp();
        return true;
    }

    private boolean closesForWrites() {
        try {
            return role.runner().engine().closeForWrites(role.settings().close());
        } catch (EngineException e) {
            return false;
        }
    }
}
