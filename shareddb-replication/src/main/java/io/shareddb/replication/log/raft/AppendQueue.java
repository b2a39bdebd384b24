package io.shareddb.replication.log.raft;

import io.shareddb.replication.log.AppendException;
import io.shareddb.replication.log.AppendException.Reason;
import io.shareddb.replication.log.Position;
import io.shareddb.replication.log.transport.LogThread;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Appends on their way to the log's thread, which takes all that wait at once: one write, one message to each follower, one sync.
 * Thread-safe, and bounded by the bytes that are not decided yet.
 */
final class AppendQueue {
    private static final int MAX_PAYLOAD_BYTES = 2 << 20;

    private final LogThread thread;
    private final long maxPendingBytes;
    private final ConcurrentLinkedQueue<Append> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean draining = new AtomicBoolean();
    private final AtomicLong pendingBytes = new AtomicLong();

    AppendQueue(LogThread thread, long maxPendingBytes) {
        this.thread = thread;
        this.maxPendingBytes = maxPendingBytes;
    }

    /**
     * Queues one.
     *
     * @param core that appends it; null if the log is not open
     */
    CompletionStage<Position> add(long term, ByteBuffer payload, @Nullable RaftCore core) {
        int length = payload.remaining();
        if (length < 1 || length > MAX_PAYLOAD_BYTES) {
            throw new IllegalArgumentException(
                    "payload: " + length + " bytes (expected: 1 to " + MAX_PAYLOAD_BYTES + ")");
        }
        Append append =
                new Append(term, new EntryData(EntryKind.APPLICATION, payload.asReadOnlyBuffer()), thread.nanoTime());
        if (core == null) {
            append.fail(Reason.CLOSED, "the log is not open");
            return append.future;
        }
        if (pendingBytes.addAndGet(length) > maxPendingBytes) {
            pendingBytes.addAndGet(-length);
            append.fail(Reason.OVERLOADED, "more than " + maxPendingBytes + " bytes wait for a majority");
            return append.future;
        }
        CompletableFuture<Position> result =
                append.future.whenComplete((position, failure) -> pendingBytes.addAndGet(-length));
        waiting.add(append);
        if (draining.compareAndSet(false, true)) {
            thread.execute(() -> drain(core));
        }
        return result;
    }

    private void drain(RaftCore core) {
        draining.set(false);
        for (Append append = waiting.poll(); append != null; append = waiting.poll()) {
            core.append(append);
        }
        core.afterTask();
    }

    /** Fails all that wait. */
    void fail(AppendException cause) {
        for (Append append = waiting.poll(); append != null; append = waiting.poll()) {
            append.future.completeExceptionally(cause);
        }
    }
}
