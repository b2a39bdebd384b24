package io.shareddb.cluster.role;

import io.shareddb.replication.archive.LeadershipListener;
import io.shareddb.replication.log.NodeId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Passes on what the log says of leadership. The archive needs its listener when it is made, and the role needs the archive: this
 * stands between them. Thread-safe.
 */
public final class LeadershipEvents implements LeadershipListener {
    private volatile @Nullable LeadershipListener target;

    /** From now on {@code listener} hears everything; before the log starts. */
    public void passTo(LeadershipListener listener) {
        target = listener;
    }

    private LeadershipListener target() {
        LeadershipListener listener = target;
        if (listener == null) {
            throw new IllegalStateException("the log was started before somebody listened to it");
        }
        return listener;
    }

    @Override
    public void onLeader(long term) {
        target().onLeader(term);
    }

    @Override
    public void onNotLeader(long term) {
        target().onNotLeader(term);
    }

    @Override
    public void onLeaderChanged(Optional<NodeId> leader, long term) {
        target().onLeaderChanged(leader, term);
    }

    @Override
    public void onReseedRequired(long firstAvailable) {
        target().onReseedRequired(firstAvailable);
    }

    @Override
    public void onFatal(Throwable cause) {
        target().onFatal(cause);
    }
}
