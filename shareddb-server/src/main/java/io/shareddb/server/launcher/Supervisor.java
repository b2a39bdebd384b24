package io.shareddb.server.launcher;

import io.shareddb.server.launcher.ClusterPlan.NodePlan;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Keeps the operators of a cluster running until it is told to stop: one that ends is started again after 1 s, 2 s, 4 s and so on up to
 * 30 s, from 1 s again when it had run for a minute. Thread-safe; what happens to operators happens on one thread.
 */
final class Supervisor {
    private static final Duration MAX_PAUSE = Duration.ofSeconds(30);
    private static final Duration STABLE = Duration.ofMinutes(1);
    private static final Duration GRACE = Duration.ofSeconds(20);

    private final List<OperatorProcess> operators;
    private final Console console;
    private final StatusClient status;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread made = new Thread(task, "supervisor");
        made.setDaemon(true);
        return made;
    });
    private final Map<OperatorProcess, Run> runs = new HashMap<>(); // supervisor thread only
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile boolean stopping;

    /**
     * The present run of an operator.
     *
     * @param started when
     * @param failures how many runs in a row ended soon
     */
    private record Run(Instant started, int failures) {}

    Supervisor(List<OperatorProcess> operators, Console console, StatusClient status) {
        this.operators = List.copyOf(operators);
        this.console = console;
        this.status = status;
    }

    void start() {
        thread.execute(() -> operators.forEach(operator -> start(operator, 0)));
    }

    private void start(OperatorProcess operator, int failures) {
        if (stopping) {
            return;
        }
        runs.put(operator, new Run(Instant.now(), failures));
        try {
            var unused = operator.start().thenAcceptAsync(code -> ended(operator, code), thread);
            if (failures > 0) {
                console.event(operator.node().name() + ": operator started again (pid " + operator.pid() + ")");
            }
        } catch (IOException e) {
            console.event(operator.node().name() + ": operator cannot be started: " + e);
            again(operator);
        }
    }

    private void ended(OperatorProcess operator, int code) {
        if (!stopping) {
            console.event(operator.node().name() + ": operator ended (" + describe(code) + "); see "
                    + operator.node().layout().operatorLog());
            again(operator);
        }
    }

    private void again(OperatorProcess operator) {
        Run run = runs.getOrDefault(operator, new Run(Instant.now(), 0));
        boolean lasted = Duration.between(run.started(), Instant.now()).compareTo(STABLE) > 0;
        int failures = lasted ? 1 : run.failures() + 1;
        long seconds = Math.min(MAX_PAUSE.toSeconds(), 1L << Math.min(failures - 1, 10));
        console.event(operator.node().name() + ": starts again in " + seconds + " s");
        var unused = thread.schedule(() -> start(operator, failures), seconds, TimeUnit.SECONDS);
    }

    private static String describe(int code) {
        return code > 128 ? "killed by signal " + (code - 128) : "exit code " + code;
    }

    /** Whether {@code node}'s operator ended so often that waiting for it is in vain. */
    boolean gaveUpHope(int attempts) throws InterruptedException {
        try {
            return thread.submit(() -> runs.values().stream().anyMatch(run -> run.failures() >= attempts))
                    .get();
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.RejectedExecutionException e) {
            return false; // stopping
        }
    }

    /** Stops followers side by side, then the leader; nothing of the cluster runs afterwards. Blocks; idempotent. */
    void stop() throws InterruptedException {
        boolean first;
        synchronized (this) {
            first = !stopping;
            stopping = true;
        }
        if (!first) {
            stopped.await();
            return;
        }
        try {
            Optional<OperatorProcess> leader = leader();
            List<OperatorProcess> followers = new ArrayList<>(operators);
            leader.ifPresent(followers::remove);
            stopAll(followers);
            stopAll(leader.map(List::of).orElse(List.of()));
        } finally {
            thread.shutdownNow();
            stopped.countDown();
        }
    }

    private static void stopAll(List<OperatorProcess> operators) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (OperatorProcess operator : operators) {
            Thread stopper = new Thread(
                    () -> {
                        try {
                            operator.stop(GRACE);
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    },
                    "stop-" + operator.node().name());
            stopper.start();
            threads.add(stopper);
        }
        for (Thread stopper : threads) {
            stopper.join();
        }
    }

    private Optional<OperatorProcess> leader() throws InterruptedException {
        for (OperatorProcess operator : operators) {
            NodePlan node = operator.node();
            if (operator.alive() && status.probe(node.url(), "/primary")) {
                return Optional.of(operator);
            }
        }
        return Optional.empty();
    }
}
