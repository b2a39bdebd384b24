package io.shareddb.replication.log.transport;

import java.time.Duration;

/** The one thread that a node's log runs on, and its time. Thread-safe. */
public interface LogThread {
    /** Runs {@code task} on the thread, after everything that was handed over before. */
    void execute(Runnable task);

    /** Runs {@code task} on the thread after {@code delay}. */
    void schedule(Runnable task, Duration delay);

    /** Whether the caller runs on the thread. */
    boolean isCurrent();

    /** Monotonic time of arbitrary origin. */
    long nanoTime();
}
