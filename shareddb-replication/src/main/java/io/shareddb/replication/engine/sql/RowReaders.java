package io.shareddb.replication.engine.sql;

import io.shareddb.replication.engine.EngineAccess;
import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.engine.bulk.BulkConnection;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Several connections whose consistent reads began at the same instant: they read tables side by side. One thread, which has others read.
 */
public final class RowReaders implements AutoCloseable {
    private final List<BulkConnection> connections;

    private RowReaders(List<BulkConnection> connections) {
        this.connections = connections;
    }

    /**
     * Connects.
     *
     * @param count at least 1
     * @param setup what each connection executes
     */
    public static RowReaders open(EngineAccess access, int count, List<String> setup) throws IOException {
        RowReaders readers = new RowReaders(new ArrayList<>());
        try {
            for (int i = 0; i < count; i++) {
                readers.connections.add(connect(access, setup));
            }
            return readers;
        } catch (IOException | RuntimeException e) {
            readers.close();
            throw e;
        }
    }

    /** One connection that reads values as they are stored. */
    public static BulkConnection connect(EngineAccess access, List<String> setup) throws IOException {
        BulkConnection connection = BulkConnection.open(access);
        try {
            for (String sql : setup) {
                connection.execute(sql);
            }
            connection.execute("SET SESSION character_set_results=NULL");
            return connection;
        } catch (IOException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    public int count() {
        return connections.size();
    }

    /** All executes {@code sql}, one after the other. */
    public void execute(String sql) throws IOException {
        for (BulkConnection connection : connections) {
            connection.execute(sql);
        }
    }

    /** What is asked of each connection. */
    @FunctionalInterface
    public interface Question<T> {
        T of(BulkConnection connection) throws IOException;
    }

    /** Closes connections whose answer is not that of the first. @return that answer */
    public <T> T agree(Question<T> question) throws IOException {
        T answer = question.of(connections.get(0));
        for (BulkConnection connection : List.copyOf(connections.subList(1, connections.size()))) {
            if (!question.of(connection).equals(answer)) {
                connections.remove(connection);
                connection.close();
            }
        }
        return answer;
    }

    /** Reads one table. */
    @FunctionalInterface
    public interface Reader {
        void read(BulkConnection by, TableCopy table) throws IOException;
    }

    /**
     * Has all tables read, the largest first; after a failure the connections are of no use any more.
     *
     * @param reader runs on several threads
     */
    public void read(List<TableCopy> tables, Reader reader) throws IOException {
        Queue<TableCopy> left = new ArrayDeque<>(tables.stream()
                .sorted(Comparator.comparingLong(
                                (TableCopy table) -> table.size().bytes())
                        .reversed())
                .toList());
        ExecutorService threads = Executors.newFixedThreadPool(connections.size(), task -> {
            Thread thread = new Thread(task, "copy-reader");
            thread.setDaemon(true);
            return thread;
        });
        try {
            CompletionService<Boolean> done = new ExecutorCompletionService<>(threads);
            for (BulkConnection connection : connections) {
                done.submit(() -> {
                    for (TableCopy table = next(left); table != null; table = next(left)) {
                        reader.read(connection, table);
                    }
                    return true;
                });
            }
            Throwable failure = null;
            for (int i = 0; i < connections.size(); i++) {
                try {
                    done.take().get();
                } catch (ExecutionException e) {
                    if (failure == null) {
                        failure = e.getCause();
                        close(); // ends the others, whose rows must not come later
                    }
                }
            }
            if (failure != null) {
                throw rethrown(failure);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            threads.shutdownNow();
        }
    }

    private static @Nullable TableCopy next(Queue<TableCopy> left) {
        synchronized (left) {
            return left.poll();
        }
    }

    private static IOException rethrown(Throwable failure) throws IOException {
        if (failure instanceof IOException io) {
            return io;
        }
        if (failure instanceof EngineException engine) {
            throw engine;
        }
        throw new EngineException("cannot read rows: " + failure, failure);
    }

    @Override
    public void close() {
        connections.forEach(BulkConnection::close);
    }
}
