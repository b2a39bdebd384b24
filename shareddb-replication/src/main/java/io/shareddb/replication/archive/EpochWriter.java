package io.shareddb.replication.archive;

import io.shareddb.replication.log.AppendException;
import io.shareddb.replication.log.Position;
import io.shareddb.replication.log.ReplicatedLog;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Writes the transactions of one leadership into the log. Thread-safe: one thread adds, the log's thread completes.
 *
 * <p>Up to {@code maxInFlight} batches are on their way; what is added meanwhile makes the next one. Batches are numbered, and
 * every node drops one that is out of order, so nothing can be committed behind something that was lost. Any failed append ends
 * the epoch for this writer.
 *
 * @param <T> what the adder wants back when a transaction is committed
 */
public final class EpochWriter<T> implements AutoCloseable {
    /** How much may wait in memory before {@link #add} says that it is full. */
    public static final int DEFAULT_MAX_QUEUED_BYTES = 16 << 20;

    private final ReplicatedLog log;
    private final LogArchive archive;
    private final Listener<T> listener;
    private final int maxInFlight;
    private final long maxQueuedBytes;

    // Guarded by this object's lock: the adder and the log's thread both form batches, and their order must be that of
    // the queue.
    private final Deque<Item<T>> queue = new ArrayDeque<>();
    private State state = State.NEW;
    private long term;
    private long opening;
    private long nextNumber = 1;
    private long queuedBytes;
    private boolean full;
    private boolean sending;
    private int inFlight;

    private enum State {
        NEW,
        OPENING,
        OPEN,
        ENDED
    }

    private record Item<T>(Fragment fragment, @Nullable T ticket) {
        int bytes() {
            return fragment.events().remaining();
        }
    }

    /** A batch on its way. */
    private record Sent<T>(long number, long bytes, List<T> tickets, long appendedNanos) {}

    /** Who is told; on the log's thread unless said otherwise, must not block. */
    public interface Listener<T> {
        /**
         * These are on a majority's disks and in the archive; in the order in which they were added.
         *
         * @param appendedNanos {@link System#nanoTime} when they were handed to the log
         */
        void onCommitted(List<T> tickets, long appendedNanos);

        /** {@link EpochWriter#add} said that it was full; now it is half empty. */
        void onRoom();

        /** Nothing more is committed through this writer; what was added and not committed may or may not be later. Once. */
        void onEnded(Throwable cause);
    }

    public EpochWriter(ReplicatedLog log, LogArchive archive, Listener<T> listener) {
        this(log, archive, listener, 2, DEFAULT_MAX_QUEUED_BYTES);
    }

    /**
     * @param maxInFlight how many batches may be on their way at once, from 1
     * @param maxQueuedBytes after how many bytes that wait or are on their way {@link #add} says that it is full
     */
    public EpochWriter(
            ReplicatedLog log, LogArchive archive, Listener<T> listener, int maxInFlight, long maxQueuedBytes) {
        this.log = log;
        this.archive = archive;
        this.listener = listener;
        this.maxInFlight = maxInFlight;
        this.maxQueuedBytes = maxQueuedBytes;
    }

    /**
     * Opens the epoch. What is added before goes first.
     *
     * @param opened whose base must be the end of the committed history
     * @return where it is in the log; fails with {@link AppendException}, or {@link IllegalStateException} if it did not count
     */
    public CompletionStage<Position> open(EpochOpening opened) {
        EpochHeader header;
        synchronized (this) {
            if (state != State.NEW) {
                return CompletableFuture.failedFuture(new IllegalStateException("epoch writer is " + state));
            }
            state = State.OPENING;
            LogArchive.OpenEpoch before = archive.openEpoch();
            term = opened.term();
            opening = before.epoch() == term ? before.opening() + 1 : 1;
            header = opened.header(opening);
        }
        return log.append(term, header.encode()).whenComplete(this::opened);
    }

    private void opened(@Nullable Position position, @Nullable Throwable failure) {
        if (failure != null) {
            end(failure);
            return;
        }
        LogArchive.OpenEpoch open = archive.openEpoch();
        if (open.epoch() != term || open.opening() != opening) {
            IllegalStateException refused = new IllegalStateException("epoch " + term
                    + " did not open: the history is at " + archive.committed() + ", open is epoch " + open.epoch());
            end(refused);
            throw refused;
        }
        synchronized (this) {
            if (state == State.OPENING) {
                state = State.OPEN;
            }
        }
        flush();
    }

    /**
     * Adds a piece; it is sent with the next {@link #flush}, or by itself when a batch is full.
     *
     * @param ticket with a last fragment: given back when the transaction is committed
     * @return false if the caller should add no more until {@link Listener#onRoom}; this piece was taken all the same
     */
    public boolean add(Fragment fragment, @Nullable T ticket) {
        boolean enough;
        boolean room;
        synchronized (this) {
            if (state == State.ENDED) {
                return false;
            }
            Item<T> item = new Item<>(fragment, ticket);
            queue.add(item);
            queuedBytes += item.bytes();
            full |= queuedBytes >= maxQueuedBytes;
            room = !full;
            enough = queuedBytes >= Batch.MAX_BYTES || queue.size() >= Batch.MAX_TRANSACTIONS;
        }
        if (enough) {
            flush();
        }
        return room;
    }

    /** Sends what waits, as far as {@code maxInFlight} allows. */
    public synchronized void flush() {
        if (sending) {
            return; // an append that completed at once brought us back here: the loop below goes on
        }
        sending = true;
        while (state == State.OPEN && inFlight < maxInFlight && !queue.isEmpty()) {
            sendNext();
        }
        sending = false;
    }

    private synchronized void sendNext() {
        List<Fragment> fragments = new ArrayList<>();
        List<T> tickets = new ArrayList<>();
        long bytes = 0;
        while (!queue.isEmpty() && (fragments.isEmpty() || fits(queue.element(), bytes, tickets.size()))) {
            Item<T> item = queue.remove();
            fragments.add(item.fragment());
            bytes += item.bytes();
            if (item.ticket() != null) {
                tickets.add(item.ticket());
            }
        }
        Sent<T> sent = new Sent<>(nextNumber++, bytes, tickets, System.nanoTime());
        ByteBuffer payload = new Batch(term, opening, sent.number(), fragments).encode();
        inFlight++;
        log.append(term, payload).whenComplete((position, failure) -> completed(sent, failure));
    }

    private static boolean fits(Item<?> item, long bytes, int transactions) {
        return transactions < Batch.MAX_TRANSACTIONS && bytes + item.bytes() <= Batch.MAX_BYTES;
    }

    private void completed(Sent<T> sent, @Nullable Throwable failure) {
        if (failure != null) {
            end(failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure);
            return;
        }
        LogArchive.OpenEpoch open = archive.openEpoch();
        if (open.epoch() != term || open.opening() != opening || open.batches() < sent.number()) {
            end(new IllegalStateException(
                    "batch " + sent.number() + " of epoch " + term + " did not count: open is " + open));
            return;
        }
        boolean room;
        synchronized (this) {
            if (state == State.ENDED) {
                return;
            }
            inFlight--;
            queuedBytes -= sent.bytes();
            room = full && queuedBytes <= maxQueuedBytes / 2;
            full &= !room;
        }
        if (!sent.tickets().isEmpty()) {
            listener.onCommitted(sent.tickets(), sent.appendedNanos());
        }
        flush();
        if (room) {
            listener.onRoom();
        }
    }

    private void end(Throwable cause) {
        synchronized (this) {
            if (state == State.ENDED) {
                return;
            }
            state = State.ENDED;
            queue.clear();
        }
        listener.onEnded(cause);
    }

    /** Whether everything that was added is committed. */
    public synchronized boolean isIdle() {
        return queue.isEmpty() && inFlight == 0;
    }

    /** Sends nothing more; what is on its way may still commit. The listener is not called any more. */
    @Override
    public synchronized void close() {
        state = State.ENDED;
        queue.clear();
    }
}
