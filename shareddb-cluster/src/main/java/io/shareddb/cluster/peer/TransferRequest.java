package io.shareddb.cluster.peer;

import org.jspecify.annotations.Nullable;

/**
 * Asks the leader to let another node lead, in order.
 *
 * @param to name or id of the node that should; null: whichever is best
 * @param force cut off what clients are at if they are at work without a break
 */
public record TransferRequest(@Nullable String to, boolean force) {}
