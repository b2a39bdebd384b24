package io.shareddb.replication.log;

/**
 * A place in the replicated log.
 *
 * @param term the Raft term in which the entry was appended, from 1; 0 only in {@link #START}
 * @param index the entry's index, from 1 without gaps; 0 only in {@link #START}
 */
public record Position(long term, long index) {
    /** Before the first entry. */
    public static final Position START = new Position(0, 0);
}
