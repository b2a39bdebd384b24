package io.shareddb.cluster.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.shareddb.replication.log.simulation.LibraryErrors;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/**
 * Whole clusters through seeded schedules; see {@link ClusterSimulation} for what happens and {@link Ledger} for what must hold.
 *
 * <p>{@code -Dshareddb.simulation.schedules=20000 -Dshareddb.simulation.seed=1} run as many from that seed on, {@code
 * -Dshareddb.simulation.trace=true} tells on the standard output what happens; a failure names the seed that repeats it.
 */
class ClusterSimulationTest {
    private static final boolean NIGHTLY = Boolean.getBoolean("shareddb.tests.nightly");
    private static final long SCHEDULES = Long.getLong("shareddb.simulation.schedules", NIGHTLY ? 20_000 : 120);

    /** A build takes no more time for it, however slow the machine; when a number was asked for, all are played. */
    private static final long LIMIT_SECONDS =
            NIGHTLY || Long.getLong("shareddb.simulation.schedules") != null ? 86_400 : 35;

    private static final long SEED = Long.getLong("shareddb.simulation.seed", 1);
    private static final boolean TRACE = Boolean.getBoolean("shareddb.simulation.trace");
    private static final int MAX_FAILURES = 5;

    @TempDir
    Path directory;

    @Test
    void everyScheduleKeepsEveryPromise() throws Exception {
        Played all = play(SEED, SCHEDULES, seed -> engines(seed, seed % 3 == 0));
        assertThat(all.acknowledged()).isGreaterThan(all.schedules() * 20); // it is not that nothing happened
        assertThat(all.faults()).isGreaterThan(all.schedules() * 2);
    }

    private static ModelEngine.Kind engines(long seed, boolean hanging) {
        return new ModelEngine.Kind(seed % 2 == 1, seed % 4 < 2, hanging);
    }

    /** Of schedules that failed once, before engines could hang. */
    private static ModelEngine.Kind engines(long seed) {
        return engines(seed, false);
    }

    /** It is started again far behind, and learns only in peace that nobody keeps what comes next. */
    @ParameterizedTest
    @ValueSource(longs = {3540, 3573})
    void nodeWhoseLogLacksWhatOthersDroppedBeginsAnew(long seed) throws Exception {
        play(seed, 1, each -> ModelEngine.Kind.PLAIN);
    }

    /** While it was away, the leader that it has to ask for that took the place of a member that it knew. */
    @Test
    void nodeWhoseLogLacksWhatOthersDroppedFindsALeaderThatCameMeanwhile() throws Exception {
        play(5371, 1, each -> ModelEngine.Kind.PLAIN);
    }

    /** Without the other voter it would have to acknowledge everything, which it cannot. */
    @Test
    void voterIsNotRemovedWhileTheOtherOnesLogLacksWhatWasDropped() throws Exception {
        play(7249, 1, each -> ModelEngine.Kind.PLAIN);
    }

    /** It was started again and has a newer marker since, and hears once more of entries before the older one. */
    @Test
    void appendThatComesAgainIsTakenAlthoughTheEntriesBeforeItAreNotInMemory() throws Exception {
        play(273, 1, ClusterSimulationTest::engines);
    }

    /** People have removed a node for good, and another one's log cannot go on. */
    @Test
    void nodeWhoseLogCannotServeIsReplacedInAClusterThatPeopleMadeSmaller() throws Exception {
        play(5539, 1, ClusterSimulationTest::engines);
    }

    /** People would have removed the last node with a whole engine but one, which was lost then. */
    @Test
    void engineThatOthersStillHaveToCopyIsNotRemoved() throws Exception {
        play(11243, 1, ClusterSimulationTest::engines);
    }

    /** Every engine that is left holds a change of definitions that the log lacks; the one that led last adds it. */
    @ParameterizedTest
    @ValueSource(longs = {65, 112, 229, 289, 297})
    void whatOnlyTheLastLeadersEngineHoldsIsAdded(long seed) throws Exception {
        play(seed, 1, ClusterSimulationTest::engines);
    }

    /** Nobody is connected to the engine, and each attempt to ask it ends without an answer before its silence is long enough. */
    @ParameterizedTest
    @ValueSource(longs = {396, 426})
    void engineThatCannotEvenBeAskedIsNoticed(long seed) throws Exception {
        play(seed, 1, each -> engines(each, true));
    }

    /** What happened in all of them. */
    private record Played(long schedules, long acknowledged, long faults) {}

    private Played play(long first, long schedules, LongFunction<ModelEngine.Kind> engines) throws Exception {
        Map<Long, String> failures = new ConcurrentSkipListMap<>();
        AtomicLong next = new AtomicLong(first);
        AtomicLong played = new AtomicLong();
        AtomicLong acknowledged = new AtomicLong();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        AtomicLong faults = new AtomicLong();
        int threads = TRACE ? 1 : Math.max(1, Math.min(4, Runtime.getRuntime().availableProcessors()));
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try (LibraryErrors errors = LibraryErrors.watch()) {
            if (TRACE) {
                ((Logger) LoggerFactory.getLogger("io.shareddb")).setLevel(Level.DEBUG);
            }
            List<? extends Future<?>> workers = IntStream.range(0, threads)
                    .mapToObj(i -> executor.submit(() -> {
                        for (long seed = next.getAndIncrement();
                                seed < first + schedules
                                        && failures.size() < MAX_FAILURES
                                        && System.nanoTime() - end < 0;
                                seed = next.getAndIncrement()) {
                            play(seed, engines.apply(seed), acknowledged, faults, failures, errors);
                            played.incrementAndGet();
                        }
                    }))
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
                        "repeat with: mvn -pl shareddb-cluster -am test -Dtest=ClusterSimulationTest"
                                + " -Dsurefire.failIfNoSpecifiedTests=false -Dshareddb.simulation.schedules=1"
                                + " -Dshareddb.simulation.trace=true -Dshareddb.simulation.seed=%s",
                        failures.keySet().stream().findFirst().orElse(first))
                .isEmpty();
        return new Played(played.get(), acknowledged.get(), faults.get());
    }

    private void play(
            long seed,
            ModelEngine.Kind engines,
            AtomicLong acknowledged,
            AtomicLong faults,
            Map<Long, String> failures,
            LibraryErrors errors) {
        Path folder = directory.resolve("schedule-" + seed);
        errors.take(); // from now on also of the threads that the schedule starts
        try {
            ClusterSimulation simulation =
                    new ClusterSimulation(seed, folder, engines, TRACE ? System.out::println : what -> {});
            acknowledged.addAndGet(simulation.run());
            faults.addAndGet(simulation.faults());
            List<String> logged = errors.take();
            if (!logged.isEmpty()) {
                failures.put(seed, "the library logged: " + logged.get(0));
            }
        } catch (RuntimeException | Error e) {
            StringWriter trace = new StringWriter();
            e.printStackTrace(new PrintWriter(trace));
            failures.put(seed, trace + " and the library logged " + errors.take());
        } finally {
            delete(folder);
        }
    }

    private static void delete(Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
