package io.shareddb.replication.snapshot;

/**
 * How large a table is, as its engine estimates.
 *
 * @param rows number of rows
 * @param bytes of the rows, without secondary indexes
 */
public record TableSize(long rows, long bytes) {
    /** Nothing is known. */
    public static final TableSize UNKNOWN = new TableSize(0, 0);
}
