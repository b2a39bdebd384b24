package io.shareddb.replication.snapshot;

/**
 * How far a copy is.
 *
 * @param phase what is being copied, for people
 * @param percent of the tables' bytes, 0 to 100, as the engine that gives the copy estimates; it does not fall, but to 0 when a copy begins again
 * @param rows so far
 * @param bytes uncompressed, so far
 */
public record SnapshotProgress(String phase, double percent, long rows, long bytes) {}
