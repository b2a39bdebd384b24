package io.shareddb.cluster.role;

import io.shareddb.cluster.member.StateStore;
import java.util.Optional;

/** What a node that does not run will do to its engine when it starts. Stateless. */
public final class PendingRebuild {
    private PendingRebuild() {}

    /** Why the engine's content must be replaced first; empty if it need not be. */
    public static Optional<String> of(StateStore store) {
        return Optional.ofNullable(new RolePlan(store).reseed());
    }
}
