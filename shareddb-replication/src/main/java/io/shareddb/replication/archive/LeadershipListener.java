package io.shareddb.replication.archive;

import io.shareddb.replication.log.LogCorruptException;
import io.shareddb.replication.log.NodeId;
import java.util.Optional;

/** What the log says about this node's role. All calls come on the log's thread, after the archive knows, and must not block. */
public interface LeadershipListener {
    /** This node leads in {@code term} and the archive holds everything of earlier terms: it may open an epoch. */
    void onLeader(long term);

    /** This node stopped leading in {@code term}. */
    void onNotLeader(long term);

    /** Who leads, as far as this node knows. */
    void onLeaderChanged(Optional<NodeId> leader, long term);

    /** This node lacks entries before {@code firstAvailable} that nobody keeps any more. */
    void onReseedRequired(long firstAvailable);

    /** Old entries on this node's disk cannot be read any more; may come more than once. */
    default void onDamaged(LogCorruptException cause) {}

    /** The log or the archive cannot go on. */
    void onFatal(Throwable cause);
}
