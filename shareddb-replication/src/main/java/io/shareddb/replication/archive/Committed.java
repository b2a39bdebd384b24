package io.shareddb.replication.archive;

import io.shareddb.replication.engine.EnginePosition;

/**
 * The end of the committed history as this node knows it.
 *
 * @param seq the last transaction's sequence number; 0 before the first
 * @param epoch the open epoch; 0 before the first
 * @param family name of the engine family that writes; empty before the first epoch
 * @param position what an engine holds that has applied all of it
 * @param timestampMillis when the last transaction was captured, milliseconds since 1970; 0 before the first
 * @param logIndex the last entry of the log that is in it
 */
public record Committed(
        long seq, long epoch, String family, EnginePosition position, long timestampMillis, long logIndex) {}
