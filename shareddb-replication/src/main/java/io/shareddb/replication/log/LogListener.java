package io.shareddb.replication.log;

import java.nio.ByteBuffer;
import java.util.Optional;

/** What the log tells its application. All calls come one after the other on the log's thread and must not block. */
public interface LogListener {
    /** The next committed entry; index order, on every node, at least once after a restart. */
    void onCommitted(LogEntry entry);

    /**
     * The application's state after the last {@link #onCommitted}, to be kept in a marker: a restart begins there.
     *
     * @return at most 64 KB
     */
    ByteBuffer takeMarker();

    /**
     * Begin after {@code position} instead of at the start: a restart, or a log that was too far behind and skipped ahead.
     * Entries up to {@code position} can be read with {@link ReplicatedLog#read} from {@code firstIndex} on.
     */
    void onMarker(Position position, ByteBuffer marker, long firstIndex);

    /** This node leads in {@code term} and every entry of earlier terms has been delivered: it may open for writes. */
    void onLeader(long term);

    /** This node stopped leading in {@code term}: close for writes. Pending appends fail as {@code UNKNOWN}. */
    void onNotLeader(long term);

    /** Who leads, as far as this node knows. */
    void onLeaderChanged(Optional<NodeId> leader, long term);

    /**
     * This node lacks entries that nobody keeps any more, so the database must be copied from another node.
     *
     * @param firstAvailable the first index that can still be had
     */
    void onReseedRequired(long firstAvailable);

    /**
     * Old entries on this node's disk cannot be read any more. The log goes on, since what it does for the others rests on newer ones; but who
     * needs the old ones does not get them here. May come more than once.
     */
    default void onDamaged(LogCorruptException cause) {}

    /** The log cannot go on (its disk failed, an invariant broke): fence, say so, stop. */
    void onFatal(Throwable cause);
}
