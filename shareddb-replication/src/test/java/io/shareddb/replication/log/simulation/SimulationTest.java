package io.shareddb.replication.log.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Thousands of schedules of crashes, torn writes, cut links, lost, late, doubled and reordered messages; see {@link Simulation} for what
 * happens and {@link Truth} and {@link SimulatedNode} for what must hold at every step.
 *
 * <p>{@code -Dshareddb.simulation.schedules=100000 -Dshareddb.simulation.seed=1} run as many from that seed on; a failure names the seed
 * that repeats it.
 */
class SimulationTest {
    private static final long SCHEDULES = Long.getLong("shareddb.simulation.schedules", 5_000);
    private static final long SEED = Long.getLong("shareddb.simulation.seed", 1);
    private static final int MAX_FAILURES = 5;

    @Test
    void everyScheduleKeepsEveryPromise() throws Exception {
        Map<Long, String> failures = new ConcurrentSkipListMap<>();
        AtomicLong next = new AtomicLong(SEED);
        AtomicLong acknowledged = new AtomicLong();
        AtomicLong changes = new AtomicLong();
        int threads = Math.max(1, Math.min(4, Runtime.getRuntime().availableProcessors()));
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try (LibraryErrors errors = LibraryErrors.watch()) {
            List<? extends Future<?>> workers = IntStream.range(0, threads)
                    .mapToObj(i -> executor.submit(() -> work(next, acknowledged, changes, failures, errors)))
                    .toList();
            for (Future<?> worker : workers) {
                worker.get();
            }
        } finally {
            executor.shutdown();
            assertThat(executor.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(failures)
                .as(
                        "repeat with: mvn -pl shareddb-replication -am test -Dtest=SimulationTest"
                                + " -Dsurefire.failIfNoSpecifiedTests=false -Dshareddb.simulation.schedules=1"
                                + " -Dshareddb.simulation.seed=%s",
                        failures.keySet().stream().findFirst().orElse(SEED))
                .isEmpty();
        assertThat(acknowledged).hasValueGreaterThan(SCHEDULES); // it is not that nothing happened
        assertThat(changes).hasValueGreaterThan(SCHEDULES / 2);
    }

    private static void work(
            AtomicLong next,
            AtomicLong acknowledged,
            AtomicLong changes,
            Map<Long, String> failures,
            LibraryErrors errors) {
        for (long seed = next.getAndIncrement();
                seed < SEED + SCHEDULES && failures.size() < MAX_FAILURES;
                seed = next.getAndIncrement()) {
            try {
                Simulation simulation = new Simulation(seed);
                acknowledged.addAndGet(simulation.run());
                changes.addAndGet(simulation.memberChanges());
                List<String> logged = errors.take();
                if (!logged.isEmpty()) {
                    failures.put(seed, String.format(Locale.ROOT, "the library logged: %s", logged.get(0)));
                }
            } catch (RuntimeException | Error e) {
                java.io.StringWriter trace = new java.io.StringWriter();
                e.printStackTrace(new java.io.PrintWriter(trace));
                failures.put(seed, trace + " and the library logged " + errors.take());
            }
        }
    }
}
