package io.shareddb.replication.engine.sql;

import io.shareddb.replication.engine.EngineAccess;
import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.engine.bulk.BulkConnection;
import io.shareddb.replication.snapshot.ProgressMeter;
import io.shareddb.replication.snapshot.SnapshotFormatException;
import io.shareddb.replication.snapshot.SnapshotFrame;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Loads several tables at a time, each with a thread and a connection of its own. One thread gives the frames. */
final class TableLoads implements AutoCloseable {
    private static final int MAX_TABLES = 8;
    private static final long LOOK_MILLIS = 100;

    private final EngineAccess access;
    private final LoadDialect dialect;
    private final ProgressMeter meter;
    private final Map<Integer, TableLoad> open = new HashMap<>();
    private final Semaphore places = new Semaphore(MAX_TABLES);
    private final Set<BulkConnection> connections = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "copy-loader");
        thread.setDaemon(true);
        return thread;
    });
    private volatile @Nullable Throwable failure;

    TableLoads(EngineAccess access, LoadDialect dialect, ProgressMeter meter) {
        this.access = access;
        this.dialect = dialect;
        this.meter = meter;
    }

    /** The rows of a table begin; waits while too many tables are loaded. */
    void begin(SnapshotFrame.Table table) throws IOException {
        if (open.size() >= MAX_TABLES) { // which would wait for each other
            throw new SnapshotFormatException(
                    "snapshot has more than " + MAX_TABLES + " tables at a time, the next is " + table.name());
        }
        waitFor(() -> places.tryAcquire(LOOK_MILLIS, TimeUnit.MILLISECONDS));
        TableLoad load = new TableLoad(table, dialect.statementBytes(), meter);
        meter.table(table.id(), table.size());
        open.put(table.id(), load);
        threads.execute(() -> {
            try {
                run(table, load);
                meter.tableEnd(table.id());
            } catch (IOException | RuntimeException e) {
                if (failure == null && !load.abandoned()) {
                    failure = e;
                }
            } finally {
                places.release();
            }
        });
    }

    private void run(SnapshotFrame.Table table, TableLoad load) throws IOException {
        List<String> before = dialect.beforeRows(table);
        if (!load.awaitRows() && before.isEmpty()) {
            return;
        }
        try (BulkConnection engine = BulkConnection.open(access)) {
            connections.add(engine);
            for (String sql : dialect.rowSession()) {
                engine.execute(sql);
            }
            for (String sql : before) {
                engine.execute(sql);
            }
            load.run(engine);
            engine.execute("COMMIT");
            connections.remove(engine);
        }
    }

    /** Some rows; waits while the engine has not read those before. */
    void rows(SnapshotFrame.Rows rows) throws IOException {
        TableLoad load = load(rows.table());
        waitFor(() -> load.offer(rows, LOOK_MILLIS));
    }

    /** All rows of a table were given. */
    void end(SnapshotFrame.TableEnd end) throws IOException {
        TableLoad load = load(end.table());
        waitFor(() -> load.offerEnd(end.rows(), LOOK_MILLIS));
        open.remove(end.table());
    }

    private TableLoad load(int table) throws SnapshotFormatException {
        TableLoad load = open.get(table);
        if (load == null) {
            throw new SnapshotFormatException("snapshot has rows of table " + table + ", which is not open");
        }
        return load;
    }

    /** Waits until all that was given is loaded. */
    void await() throws IOException {
        if (!open.isEmpty()) {
            throw new SnapshotFormatException("snapshot goes on before the end of "
                    + open.values().iterator().next().name());
        }
        waitFor(() -> places.tryAcquire(MAX_TABLES, LOOK_MILLIS, TimeUnit.MILLISECONDS));
        places.release(MAX_TABLES);
    }

    /** What was begun does not count any more. */
    void abandon() throws IOException {
        open.values().forEach(TableLoad::abandon);
        open.clear();
        await();
    }

    private interface Attempt {
        boolean succeeds() throws InterruptedException;
    }

    private void waitFor(Attempt attempt) throws IOException {
        try {
            boolean done = false;
            while (!done) {
                check();
                done = attempt.succeeds();
            }
            check();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException given = new InterruptedIOException("loading is given up");
            given.initCause(e);
            throw given;
        }
    }

    /** Throws what went wrong with a table: a bad snapshot, or else our own engine. */
    private void check() throws SnapshotFormatException {
        Throwable failed = failure;
        if (failed instanceof SnapshotFormatException) {
            throw new SnapshotFormatException(String.valueOf(failed.getMessage()), failed);
        }
        if (failed != null) {
            throw new EngineException(String.valueOf(failed.getMessage()), failed);
        }
    }

    /** What is under way is given up. */
    @Override
    public void close() {
        threads.shutdownNow();
        connections.forEach(BulkConnection::abort);
    }
}
