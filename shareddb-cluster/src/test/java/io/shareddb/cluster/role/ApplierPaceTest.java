package io.shareddb.cluster.role;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ApplierPaceTest {
    private static final Duration LOOK = Duration.ofMillis(200);

    private final ApplierPace pace = new ApplierPace();
    private long nowNanos = 1;
    private long committed;
    private double applied;
    private boolean parallel;
    private int changes;

    /** Rates are transactions per second: what is committed, what one applier manages, what several manage. */
    private void pass(Duration time, double writes, double oneRate, double severalRate) {
        double seconds = LOOK.toMillis() / 1000.0;
        for (Duration left = time; !left.isZero(); left = left.minus(LOOK)) {
            nowNanos += LOOK.toNanos();
            committed += (long) (writes * seconds);
            applied = Math.min((double) committed, applied + (parallel ? severalRate : oneRate) * seconds);
            pace.look(nowNanos, committed, (long) applied).ifPresent(next -> {
                assertThat(next).isNotEqualTo(parallel);
                parallel = next;
                changes++;
            });
        }
    }

    @Test
    void oneApplierStaysWhileItIsEnough() {
        pass(Duration.ofHours(1), 5_000, 6_000, 12_000);
        assertThat(changes).isZero();
    }

    @Test
    void severalTakeOverWhereTheyAreFaster() {
        pass(Duration.ofSeconds(20), 5_000, 1_000, 6_000);
        assertThat(parallel).isTrue();
        assertThat(changes).isEqualTo(1);
        pass(Duration.ofMinutes(2), 5_000, 1_000, 6_000);
        assertThat(committed - applied).isLessThan(1_000);
        assertThat(changes).isEqualTo(1);
    }

    @Test
    void oneStaysWhereSeveralAreSlower() {
        pass(Duration.ofSeconds(60), 5_000, 4_000, 2_000);
        assertThat(parallel).isFalse();
        assertThat(changes).isEqualTo(2);
        pass(Duration.ofMinutes(2), 5_000, 4_000, 2_000);
        assertThat(changes).isEqualTo(2);
    }

    @Test
    void oneTakesOverAgainWhenItWasLongAgo() {
        pass(Duration.ofMinutes(2), 5_000, 1_000, 6_000);
        pass(Duration.ofMinutes(5), 100, 1_000, 6_000);
        assertThat(parallel).isFalse();
        assertThat(changes).isEqualTo(2);
    }

    @Test
    void trialThatEndsBecauseAllIsAppliedLeavesOneApplier() {
        committed = 20_000;
        pass(Duration.ofSeconds(30), 0, 2_000, 20_000);
        assertThat(parallel).isFalse();
        assertThat(changes).isEqualTo(2);
    }

    @Test
    void largeTransactionsAreNotInterrupted() {
        committed = 10_000;
        pass(Duration.ofMinutes(5), 0, 10, 10);
        assertThat(changes).isZero();
    }

    @Test
    void everyFollowBeginsWithOneApplier() {
        pass(Duration.ofSeconds(20), 5_000, 1_000, 6_000);
        assertThat(parallel).isTrue();
        pace.restart();
        parallel = false;
        pass(Duration.ofSeconds(20), 5_000, 1_000, 6_000);
        assertThat(parallel).isTrue();
    }
}
