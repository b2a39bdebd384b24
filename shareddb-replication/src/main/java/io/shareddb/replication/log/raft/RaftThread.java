package io.shareddb.replication.log.raft;

import io.microraft.executor.RaftNodeExecutor;
import io.microraft.impl.task.LeaderElectionTimeoutTask;
import io.shareddb.replication.log.transport.LogThread;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs the library's tasks on the log's thread, in order, with its seconds scaled to our heartbeats.
 *
 * <p>The library hands every message and every call to its executor as a task. {@link #inline} runs that task at once instead, so that
 * what is checked before it still holds when it runs, and saves a trip through the queue. What the task itself hands over is queued as
 * usual: the flush of a leader must come after all that was queued before.
 *
 * <p>The end of a candidacy comes to nothing when its term is over; the library would take it for the end of the present one.
 */
final class RaftThread implements RaftNodeExecutor {
    private final LogThread thread;
    private final long heartbeatNanos;
    private final IntSupplier term;
    private final Runnable afterTask;
    private boolean inlineNext;
    private @Nullable Runnable inlined;
    private boolean stopped;

    /**
     * @param term the library's present one
     * @param afterTask runs after every task that came through the queue
     */
    RaftThread(LogThread thread, Duration heartbeat, IntSupplier term, Runnable afterTask) {
        this.thread = thread;
        this.heartbeatNanos = heartbeat.toNanos();
        this.term = term;
        this.afterTask = afterTask;
    }

    /** Nothing runs any more, also what is queued already. */
    void stop() {
        stopped = true;
    }

    /** Makes {@code call}, which hands one task over, and runs that task before this returns. */
    <T> T inline(Supplier<T> call) {
        inlineNext = true;
        T result;
        try {
            result = call.get();
        } finally {
            inlineNext = false;
        }
        Runnable task = inlined;
        inlined = null;
        if (task != null && !stopped) {
            task.run();
        }
        return result;
    }

    @Override
    public void execute(Runnable task) {
        if (inlineNext) {
            inlineNext = false;
            inlined = task;
        } else {
            thread.execute(() -> run(task));
        }
    }

    @Override
    public void submit(Runnable task) {
        execute(task);
    }

    @Override
    public void schedule(Runnable task, long delay, TimeUnit unit) {
        long nanos = (long) (unit.toNanos(delay) / 1e9 * heartbeatNanos);
        Runnable due = task instanceof LeaderElectionTimeoutTask ? onlyInTerm(term.getAsInt(), task) : task;
        thread.schedule(() -> run(due), Duration.ofNanos(nanos));
    }

    private Runnable onlyInTerm(int begun, Runnable task) {
        return () -> {
            if (term.getAsInt() == begun) {
                task.run();
            }
        };
    }

    private void run(Runnable task) {
        if (!stopped) {
            task.run();
            afterTask.run();
        }
    }
}
