package io.shareddb.cluster.storage;

import java.time.Duration;

/**
 * What a node may take of its disk.
 *
 * @param logBytes how large the log may become where nobody needs more of it
 * @param logAge how long it is kept
 * @param warnBytes below so much free space the node warns
 * @param refuseBytes below so much it wants no more writes
 */
public record StorageLimits(long logBytes, Duration logAge, long warnBytes, long refuseBytes) {}
