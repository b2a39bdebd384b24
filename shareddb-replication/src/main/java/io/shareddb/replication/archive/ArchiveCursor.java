package io.shareddb.replication.archive;

import io.shareddb.replication.log.LogCursor;
import io.shareddb.replication.log.LogEntry;
import io.shareddb.replication.log.ReplicatedLog;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Reads the log with a {@link History} of its own. One thread. */
final class ArchiveCursor implements TransactionCursor {
    private final LogArchive archive;
    private final ReplicatedLog log;
    private final History history;
    private final LogCursor entries;
    private final long fromSeq;
    private final Queue<LoggedTransaction> ready = new ArrayDeque<>();
    private @Nullable EpochHeader known;

    /** @param history placed before {@code fromSeq} */
    ArchiveCursor(LogArchive archive, ReplicatedLog log, History history, long fromSeq) {
        this.archive = archive;
        this.log = log;
        this.history = history;
        this.fromSeq = fromSeq;
        this.entries = log.read(history.nextIndex());
    }

    @Override
    public @Nullable TransactionRecord next(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (ready.isEmpty()) {
            LogEntry entry = entries.next(remaining(deadline));
            if (entry == null) {
                return null;
            }
            history.apply(entry, transaction -> {
                if (transaction.seq() >= fromSeq) {
                    ready.add(transaction);
                }
            });
            EpochHeader header = history.header();
            if (header != null && !header.equals(known)) {
                archive.learn(header);
                known = header;
            }
        }
        LoggedTransaction first = ready.element();
        if (!reached(first.seq(), remaining(deadline))) {
            return null;
        }
        ready.remove();
        return new ArchivedTransaction(log, first);
    }

    /** The log may hand out an entry here a moment before it hands it to the archive. */
    private boolean reached(long seq, Duration timeout) throws InterruptedException {
        CompletableFuture<Void> future = archive.whenSeq(seq).toCompletableFuture();
        try {
            if (!future.isDone()) {
                future.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
            }
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("cannot wait for transaction " + seq, e.getCause());
        }
    }

    private static Duration remaining(long deadline) {
        return Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
    }

    @Override
    public void close() {
        entries.close();
    }
}
