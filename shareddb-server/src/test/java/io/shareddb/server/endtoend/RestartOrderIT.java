package io.shareddb.server.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Operators and engines of all nodes are killed at once while clients write, and come back in any order, with pauses in between or not all of
 * them. Nothing acknowledged is lost, and all engines hold the same afterwards.
 *
 * <p>{@code -Dshareddb.test.pause=20} makes the pauses up to 20 s long, {@code -Dshareddb.test.seed=7} others.
 */
class RestartOrderIT {
    private static final int PAUSE_MILLIS = 1_000 * Integer.getInteger("shareddb.test.pause", 3);
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final List<List<Integer>> ORDERS = List.of(
            List.of(0, 1, 2), List.of(2, 1, 0), List.of(1, 0, 2), List.of(1, 2, 0), List.of(2, 0, 1), List.of(0, 2, 1));

    @TempDir
    Path directory;

    private static final boolean NIGHTLY = Boolean.getBoolean("shareddb.tests.nightly");
    private static final int EACH_BUILD = 2; // orders

    private final List<LateNode> nodes = new ArrayList<>();
    private final Random random = new Random(Long.getLong("shareddb.test.seed", 1));
    private final Set<Integer> acknowledged = new ConcurrentSkipListSet<>();
    private final AtomicInteger next = new AtomicInteger();

    @AfterEach
    void stop() {
        nodes.forEach(LateNode::close);
    }

    private void startAll() throws IOException {
        int firstPort = FreePorts.block(3 * LateNode.PORTS);
        for (int i = 0; i < 3; i++) {
            nodes.add(LateNode.start(
                    "node" + (i + 1),
                    directory.resolve("node" + (i + 1)),
                    firstPort + i * LateNode.PORTS,
                    LateNode.peers(firstPort, 3),
                    Map.of()));
        }
    }

    private static void serve(List<LateNode> those) {
        for (LateNode node : those) {
            LateNodes.await("leads or follows", node, own -> LateNodes.leads(own) || LateNodes.follows(own));
        }
    }

    private void write(LateNode node, AtomicBoolean over) {
        while (!over.get()) {
            try (Connection connection = node.connect("drill");
                    Statement statement = connection.createStatement()) {
                while (!over.get()) {
                    int number = next.incrementAndGet();
                    statement.executeUpdate("INSERT INTO numbers VALUES (" + number + ")");
                    acknowledged.add(number);
                }
            } catch (SQLException e) {
                Thread.onSpinWait(); // it is killed, or the one that it needs is
            }
        }
    }

    /** Clients write through every node; then all are gone within milliseconds. */
    private void killAllWhileClientsWrite() throws InterruptedException {
        AtomicBoolean over = new AtomicBoolean();
        int before = acknowledged.size();
        List<Thread> clients = nodes.stream()
                .map(node -> new Thread(() -> write(node, over), "client of " + node.name()))
                .toList();
        clients.forEach(Thread::start);
        Poll.until(() -> "rows", LIMIT, () -> acknowledged.size() > before + 300 + random.nextInt(300));
        List<Thread> killers = nodes.stream()
                .map(node -> new Thread(
                        () -> {
                            try {
                                node.kill();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        },
                        "kills " + node.name()))
                .toList();
        killers.forEach(Thread::start);
        for (Thread killer : killers) {
            killer.join();
        }
        over.set(true);
        for (Thread client : clients) {
            client.join();
        }
    }

    private void restart(List<Integer> order) throws Exception {
        for (int i = 0; i < order.size(); i++) {
            if (i > 0) {
                TimeUnit.MILLISECONDS.sleep(random.nextInt(PAUSE_MILLIS)); // what happens meanwhile is what is tried
            }
            nodes.get(order.get(i)).restart();
        }
    }

    private void nothingIsLost(String when) throws Exception {
        try (Connection connection = nodes.get(0).connect("drill");
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("INSERT INTO numbers VALUES (" + next.incrementAndGet() + ")");
            Set<Integer> rows = new TreeSet<>();
            Engines.column(statement, "SELECT number FROM numbers").forEach(row -> rows.add(Integer.valueOf(row)));
            assertThat(rows).as(when).containsAll(acknowledged);
        }
        LateNodes.enginesAreEqual(nodes, "`drill`.`numbers`");
    }

    @Test
    void nodesThatAreKilledAllAtOnceComeBackInAnyOrder() throws Exception {
        startAll();
        serve(nodes);
        try (Connection connection = nodes.get(0).connect("");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE drill");
            statement.execute("CREATE TABLE drill.numbers (number INT PRIMARY KEY)");
        }
        List<List<Integer>> orders = new ArrayList<>(ORDERS);
        Collections.shuffle(orders, random);
        for (List<Integer> order : orders.subList(0, NIGHTLY ? orders.size() : EACH_BUILD)) {
            killAllWhileClientsWrite();
            restart(order);
            serve(nodes);
            nothingIsLost("in order " + order);
        }
    }

    @Test
    void twoOfThreeThatWereKilledGoOnAndTheThirdCatchesUp() throws Exception {
        startAll();
        serve(nodes);
        try (Connection connection = nodes.get(0).connect("");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE drill");
            statement.execute("CREATE TABLE drill.numbers (number INT PRIMARY KEY)");
        }
        for (int missing = 0; missing < 3; missing++) {
            int third = missing;
            killAllWhileClientsWrite();
            List<LateNode> two =
                    nodes.stream().filter(node -> node != nodes.get(third)).toList();
            for (LateNode node : two) {
                node.restart();
            }
            serve(two);
            try (Connection connection = two.get(0).connect("drill");
                    Statement statement = connection.createStatement()) {
                int number = next.incrementAndGet();
                statement.executeUpdate("INSERT INTO numbers VALUES (" + number + ")");
                acknowledged.add(number);
            }
            nodes.get(third).restart();
            serve(nodes);
            nothingIsLost("without node" + (third + 1));
        }
    }
}
