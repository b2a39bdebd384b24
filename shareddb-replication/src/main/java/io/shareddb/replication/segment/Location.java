package io.shareddb.replication.segment;

/**
 * Where a record lies: a handle that stands for its payload in memory.
 *
 * @param segment first index of its segment
 * @param offset of its header in the segment file
 * @param length of its payload
 */
public record Location(long segment, int offset, int length) {}
