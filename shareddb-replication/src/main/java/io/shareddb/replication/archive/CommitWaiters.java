package io.shareddb.replication.archive;

import io.shareddb.replication.engine.Gtid;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for which GTID, and the GTIDs that were committed last. Thread-safe; {@link #committed} and {@link #end} on the log's
 * thread only.
 */
final class CommitWaiters {
    private static final int REMEMBERED = 1 << 16;

    private final Map<Gtid, CompletableFuture<Boolean>> waiting = new ConcurrentHashMap<>();
    private final Map<Gtid, Boolean> recent = new ConcurrentHashMap<>();
    private final Queue<Gtid> order = new ArrayDeque<>();
    private volatile @Nullable Gtid oldest;

    /** Whether {@code gtid} is one of the last 65,536. */
    boolean isRecent(Gtid gtid) {
        return recent.containsKey(gtid);
    }

    /** The first of those; empty while no more than those were ever committed here. */
    Optional<Gtid> oldest() {
        return Optional.ofNullable(oldest);
    }

    /** Completes with the next {@link #committed} of this GTID or the next {@link #end}. */
    CompletableFuture<Boolean> waitFor(Gtid gtid) {
        return waiting.computeIfAbsent(gtid, key -> new CompletableFuture<>());
    }

    /** Takes one waiter's future back out, completed with {@code result}. */
    void answer(Gtid gtid, boolean result) {
        CompletableFuture<Boolean> future = waiting.remove(gtid);
        if (future != null) {
            future.complete(result);
        }
    }

    void committed(Gtid gtid) {
        if (recent.put(gtid, Boolean.TRUE) == null) {
            order.add(gtid);
            if (order.size() > REMEMBERED) {
                recent.remove(order.remove());
                oldest = order.element();
            }
        }
        if (!waiting.isEmpty()) {
            answer(gtid, true);
        }
    }

    /** Whoever still waits gets false. */
    void end() {
        waiting.keySet().forEach(gtid -> answer(gtid, false));
    }
}
