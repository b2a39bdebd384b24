package io.shareddb.server.endtoend;

import io.shareddb.server.SharedDbNode;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Clients of a database that moves: they insert rows, each once whatever the answer was, first at the server itself with an account of
 * their own, and from their first error on through the nodes, the next one after each error.
 */
final class Payments implements AutoCloseable {
    private static final int WRITERS = 3;
    private static final Duration LONG = Duration.ofMinutes(2);

    private final String original;
    private final List<String> proxies;
    private final List<Thread> threads = new ArrayList<>();
    private final Set<String> acknowledged = new ConcurrentSkipListSet<>();
    private final AtomicInteger throughProxies = new AtomicInteger();
    private final CountDownLatch stopped = new CountDownLatch(1);

    private Payments(String original, List<String> proxies) {
        this.original = original;
        this.proxies = proxies;
    }

    /** @param proxies where the nodes will be */
    static Payments start(ExternalServer original, List<String> proxies) {
        Payments payments = new Payments(original.url(), proxies);
        for (int i = 0; i < WRITERS; i++) {
            int writer = i;
            Thread thread = new Thread(() -> payments.write(writer), "payments-" + i);
            thread.start();
            payments.threads.add(thread);
        }
        return payments;
    }

    private void write(int writer) {
        int number = 0;
        int attempt = 0;
        while (stopped.getCount() > 0) {
            boolean direct = attempt == 0;
            String url = direct ? original : proxies.get((writer + attempt) % proxies.size());
            attempt++;
            try (Connection connection = DriverManager.getConnection(
                            url, direct ? "app" : "root", direct ? "app" : ExternalEngineIT.PASSWORD);
                    Statement statement = connection.createStatement()) {
                while (stopped.getCount() > 0) {
                    String row = writer + ", " + number++;
                    statement.execute("INSERT INTO rental.payment (writer, number) VALUES (" + row + ")");
                    acknowledged.add(row);
                    if (!direct) {
                        throughProxies.incrementAndGet();
                    }
                    pause(2);
                }
            } catch (SQLException e) {
                pause(20);
            }
        }
    }

    private void pause(int millis) {
        try {
            boolean unused = stopped.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    int throughProxies() {
        return throughProxies.get();
    }

    void awaitMore(int more) {
        int wanted = acknowledged.size() + more;
        Poll.until(
                () -> wanted + " payments acknowledged, not " + acknowledged.size(),
                LONG,
                () -> acknowledged.size() >= wanted);
    }

    /** Of what was acknowledged. */
    Set<String> missing(SharedDbNode node) throws SQLException {
        Set<String> missing = new HashSet<>(acknowledged);
        try (Connection connection = DriverManager.getConnection(
                        proxies.get(0).replaceFirst(":\\d+/", ":" + node.mysqlPort() + "/"),
                        "root",
                        ExternalEngineIT.PASSWORD);
                Statement statement = connection.createStatement()) {
            Engines.column(statement, "SELECT CONCAT(writer, ', ', number) FROM rental.payment")
                    .forEach(missing::remove);
        }
        return missing;
    }

    /** Ends the clients. */
    void stop() {
        stopped.countDown();
        Poll.until("clients end", LONG, () -> threads.stream().noneMatch(Thread::isAlive));
    }

    @Override
    public void close() {
        stop();
    }
}
