package io.shareddb.cluster.peer;

import org.jspecify.annotations.Nullable;

/**
 * Asks the leader to remove a node, for good.
 *
 * @param node name or id
 * @param force also if too few of the others live to go on without it
 * @param replacing the node asks for itself, and why: it comes back as a new one; null: people ask
 */
public record RemoveRequest(
        String node, boolean force, @Nullable String replacing) {
    /** What people ask. */
    public RemoveRequest(String node, boolean force) {
        this(node, force, null);
    }
}
