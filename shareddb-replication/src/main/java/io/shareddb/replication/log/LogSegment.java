package io.shareddb.replication.log;

/**
 * One file of a log; files are dropped whole, the oldest first.
 *
 * @param firstIndex its first entry; its last one is before the next file's first
 * @param bytes written so far
 */
public record LogSegment(long firstIndex, long bytes) {}
