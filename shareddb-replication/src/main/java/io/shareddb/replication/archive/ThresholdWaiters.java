package io.shareddb.replication.archive;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Who waits until a number that only grows has reached a value. Thread-safe; {@link #reached} on one thread only. */
final class ThresholdWaiters {
    private record Waiter(long threshold, CompletableFuture<Void> future) {}

    /** Guarded by this object's lock; {@link #lowest} tells without it if there is nothing to do. */
    private final PriorityQueue<Waiter> waiters = new PriorityQueue<>(Comparator.comparingLong(Waiter::threshold));

    private volatile long lowest = Long.MAX_VALUE;
    private volatile long value;

    CompletionStage<Void> whenReached(long threshold) {
        CompletableFuture<Void> future = new CompletableFuture<>();
        synchronized (this) {
            waiters.add(new Waiter(threshold, future));
            lowest = Math.min(lowest, threshold);
        }
        if (value >= threshold) {
            future.complete(null); // reached while it was being added; the entry goes with the next value
        }
        return future;
    }

    void reached(long newValue) {
        value = newValue;
        while (lowest <= newValue) {
            CompletableFuture<Void> future;
            synchronized (this) {
                Waiter first = waiters.peek();
                future = first != null && first.threshold() <= newValue
                        ? waiters.remove().future()
                        : null;
                Waiter next = waiters.peek();
                lowest = next == null ? Long.MAX_VALUE : next.threshold();
            }
            if (future != null) {
                future.complete(null);
            }
        }
    }
}
