package io.shareddb.replication.snapshot;

/**
 * How far a copy is.
 *
 * @param phase what is being copied, for people
 * @param rowsDone rows so far
 * @param rowsEstimated rows in all, as the engine estimates; 0 when unknown
 * @param bytesDone uncompressed bytes so far
 */
public record SnapshotProgress(String phase, long rowsDone, long rowsEstimated, long bytesDone) {}
