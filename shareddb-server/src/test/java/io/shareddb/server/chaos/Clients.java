package io.shareddb.server.chaos;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Clients of workloads, spread over the nodes; each goes on at another one now and then, and when it loses its connection. */
final class Clients implements AutoCloseable {
    private static final Duration THINK = Duration.ofMillis(25);
    private static final Duration AFTER_LOSS = Duration.ofMillis(50);

    /** How long a connection is used at most; without, all clients would come together at the node that fails least. */
    private static final Duration STAY = Duration.ofSeconds(10);

    private final Nodes nodes;
    private final String database;
    private final History history;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final List<Thread> threads = new ArrayList<>();

    Clients(Nodes nodes, String database, History history) {
        this.nodes = nodes;
        this.database = database;
        this.history = history;
    }

    /** Starts {@code count} clients of {@code workload}. */
    void start(Workload workload, int count, Duration think) {
        for (int i = 0; i < count; i++) {
            int client = i;
            Thread thread = new Thread(() -> run(workload, client, THINK.plus(think)), workload.name() + "-" + client);
            thread.start();
            threads.add(thread);
        }
    }

    private void run(Workload workload, int client, Duration think) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        int node = client % nodes.count();
        String options = client % 2 == 0 ? "" : "&useServerPrepStmts=true";
        try {
            while (stopped.getCount() > 0) {
                try (Connection connection = nodes.connect(node, database, options)) {
                    Workload.Session session = workload.session(client, node, connection);
                    long end = System.nanoTime() + random.nextLong(STAY.toNanos());
                    while (stopped.getCount() > 0 && System.nanoTime() < end && session.step()) {
                        pause(think);
                    }
                } catch (SQLException e) {
                    // nothing was asked for; the next node may do
                }
                node = random.nextInt(nodes.count());
                pause(AFTER_LOSS);
            }
        } catch (RuntimeException e) {
            history.violation("the harness's client " + Thread.currentThread().getName() + " failed: " + e);
        }
    }

    private void pause(Duration duration) {
        try {
            boolean unused = stopped.await(duration.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Stops them; each finishes what it is at. */
    @Override
    public void close() {
        stopped.countDown();
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
