package io.shareddb.cluster.role;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Time moves when a test says so; everything runs on the test's thread. */
final class ManualThread implements RoleThread {
    private record Task(long at, long number, Runnable work) {}

    private final PriorityQueue<Task> tasks =
            new PriorityQueue<>(Comparator.comparingLong(Task::at).thenComparingLong(Task::number));
    private long now = 1_000_000_000L;
    private long numbers;

    @Override
    public void execute(Runnable task) {
        tasks.add(new Task(now, numbers++, task));
    }

    @Override
    public void schedule(Duration delay, Runnable task) {
        tasks.add(new Task(now + delay.toNanos(), numbers++, task));
    }

    @Override
    public <T> void work(Callable<T> job, BiConsumer<@Nullable T, @Nullable Throwable> done) {
        execute(() -> {
            T result;
            try {
                result = job.call();
            } catch (Exception e) {
                execute(() -> done.accept(null, e));
                return;
            }
            execute(() -> done.accept(result, null));
        });
    }

    /** Something on this thread blocked for so long. */
    void blocked(Duration time) {
        now += time.toNanos();
    }

    /** Runs what is due within {@code time}. */
    void pass(Duration time) {
        passUntil(() -> false, time);
    }

    /** Runs what is due until {@code condition} holds. @return whether it did within {@code limit} */
    boolean passUntil(BooleanSupplier condition, Duration limit) {
        long end = now + limit.toNanos();
        while (!condition.getAsBoolean()) {
            Task next = tasks.peek();
            if (next == null || next.at() > end) {
                now = end;
                return condition.getAsBoolean();
            }
            tasks.remove();
            now = Math.max(now, next.at());
            next.work().run();
        }
        return true;
    }

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public long currentTimeMillis() {
        return now / 1_000_000;
    }

    @Override
    public void close() {
        tasks.clear();
    }
}
