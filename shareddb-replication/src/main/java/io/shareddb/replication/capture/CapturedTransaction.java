package io.shareddb.replication.capture;

import io.shareddb.replication.engine.Gtid;

/**
 * A transaction on its way into the log.
 *
 * @param stream the connection that it came from
 * @param gtid its identity
 * @param end where it ends in the engine's binlog
 * @param wanted the engine waits for the acknowledgement
 * @param beginNanos when its first event came, by {@link System#nanoTime}
 * @param completeNanos when its last event came
 */
record CapturedTransaction(
        CaptureStream stream, Gtid gtid, BinlogPlace end, boolean wanted, long beginNanos, long completeNanos) {}
