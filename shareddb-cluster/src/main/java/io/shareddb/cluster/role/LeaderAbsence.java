package io.shareddb.cluster.role;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** For how long this node has known of no leader, from what its role says. Thread-safe. */
public final class LeaderAbsence implements Consumer<RoleView> {
    private final LongSupplier nanoTime;
    private volatile @Nullable Long sinceNanos;

    /**
     * There is none from now on.
     *
     * @param nanoTime monotonic, nanoseconds
     */
    public LeaderAbsence(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.sinceNanos = nanoTime.getAsLong();
    }

    /** A change of the role; one thread. */
    @Override
    public void accept(RoleView view) {
        if (view.leader().isPresent()) {
            sinceNanos = null;
        } else if (sinceNanos == null) {
            sinceNanos = nanoTime.getAsLong();
        }
    }

    /** Empty while a leader is known. */
    public Optional<Duration> duration() {
        Long since = sinceNanos;
        return since == null ? Optional.empty() : Optional.of(Duration.ofNanos(nanoTime.getAsLong() - since));
    }
}
