package io.shareddb.replication.segment;

import java.nio.ByteBuffer;

/**
 * One record as it lies in a segment file.
 *
 * @param index from 1 without gaps
 * @param term never lower than that of the record before
 * @param kind the writer's own, 0 to 255
 * @param payload read-only
 */
public record LogRecord(long index, long term, int kind, ByteBuffer payload) {}
