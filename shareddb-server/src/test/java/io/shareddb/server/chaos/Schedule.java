package io.shareddb.server.chaos;

import java.time.Duration;
import java.util.List;
import java.util.Random;

/** An endless row of faults, the same for the same seed. One thread. */
final class Schedule {
    private static final double TO_LEADER = 0.6;
    private static final double AWAIT_RECOVERY = 0.7;

    private final Random random;
    private final List<FaultKind> kinds;
    private int number;

    Schedule(long seed, List<FaultKind> kinds) {
        this.random = new Random(seed);
        this.kinds = List.copyOf(kinds);
    }

    Fault next() {
        FaultKind kind = kinds.get(random.nextInt(kinds.size()));
        boolean leader = random.nextDouble() < TO_LEADER && !kind.followersOnly();
        Duration hold = Duration.ofMillis(random.nextInt(4) == 0 ? between(200, 1_500) : between(1_500, 10_000));
        boolean await = random.nextDouble() < AWAIT_RECOVERY;
        return new Fault(
                ++number, kind, leader, hold, await, Duration.ofMillis(between(100, 3_000)), random.nextLong());
    }

    private int between(int low, int high) {
        return low + random.nextInt(high - low);
    }
}
