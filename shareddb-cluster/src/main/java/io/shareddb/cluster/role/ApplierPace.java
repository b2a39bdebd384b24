package io.shareddb.cluster.role;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether an engine that is behind catches up faster with one applier or with several, and says which it is to have. Role thread only.
 *
 * <p>One is faster where the engine waits for the processor: it hands nothing over to others and never has to begin again because they were in each
 * other's way. Several can be faster where it waits for the disk. So one applies as long as that is enough; when the engine has been behind for a while,
 * each way has its trial, and the faster one stays.
 */
final class ApplierPace {
    /** Transactions; fewer are no reason to change anything. */
    private static final long BEHIND = 1_000;

    private static final Duration TRIAL = Duration.ofSeconds(3);

    /** Transactions of a trial: with fewer they are large, and to stop in the middle of one costs more than can be gained. */
    private static final long ENOUGH = 300;

    /** For how long what a comparison has shown is believed. */
    private static final Duration KEPT = Duration.ofMinutes(3);

    private boolean parallel;
    private boolean measuring;
    private long sinceNanos;
    private long sinceSeq;
    private double othersRate; // of the other way, transactions per second; 0: it had no trial
    private @Nullable Long decidedAtNanos;

    /** The engine follows from now on, with one applier. */
    void restart() {
        parallel = false;
        decidedAtNanos = null;
        forgetTrial();
    }

    private void forgetTrial() {
        measuring = false;
        othersRate = 0;
    }

    /**
     * At each look at the engine.
     *
     * @param applied what it has applied of the {@code committed} transactions
     * @return true if it is to apply in parallel from now on, false if not, empty if all stays as it is
     */
    Optional<Boolean> look(long nowNanos, long committed, long applied) {
        Long decided = decidedAtNanos;
        if (decided != null) {
            if (nowNanos - decided < KEPT.toNanos()) {
                return Optional.empty();
            }
            decidedAtNanos = null;
        }
        if (committed - applied < BEHIND) {
            forgetTrial();
            return parallel ? Optional.of(change()) : Optional.empty();
        }
        if (!measuring) {
            measuring = true;
            sinceNanos = nowNanos;
            sinceSeq = applied;
            return Optional.empty();
        }
        if (nowNanos - sinceNanos < TRIAL.toNanos()) {
            return Optional.empty();
        }
        measuring = false;
        if (applied - sinceSeq < ENOUGH) {
            return Optional.empty();
        }
        double rate = (applied - sinceSeq) * 1e9 / (nowNanos - sinceNanos);
        if (othersRate == 0) {
            othersRate = rate;
            return Optional.of(change());
        }
        boolean worse = rate < othersRate;
        othersRate = 0;
        decidedAtNanos = nowNanos;
        return worse ? Optional.of(change()) : Optional.empty();
    }

    private boolean change() {
        parallel = !parallel;
        return parallel;
    }
}
