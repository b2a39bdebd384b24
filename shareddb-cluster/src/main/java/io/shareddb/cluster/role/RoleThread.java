package io.shareddb.cluster.role;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The one thread on which a node's role changes, and helpers for what takes long. Thread-safe. */
public interface RoleThread extends AutoCloseable {
    /** Runs {@code task} on the role's thread, after what was given before. */
    void execute(Runnable task);

    /** Runs {@code task} on the role's thread after {@code delay}. */
    void schedule(Duration delay, Runnable task);

    /**
     * Runs {@code job} on another thread, then {@code done} on the role's thread with its result or what it failed with.
     *
     * @param job may block for long; is interrupted by {@link #close}
     */
    <T> void work(Callable<T> job, BiConsumer<@Nullable T, @Nullable Throwable> done);

    /** Monotonic, nanoseconds. */
    long nanoTime();

    /** Wall clock, milliseconds since 1970. */
    long currentTimeMillis();

    /** Ends the threads; tasks that have not begun are dropped. */
    @Override
    void close();
}
