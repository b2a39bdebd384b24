package io.shareddb.cluster.role;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A real thread for the role, real time, and threads for long jobs as needed. Thread-safe. */
public final class OwnThread implements RoleThread {
    private static final Logger log = LoggerFactory.getLogger(OwnThread.class);

    private final ScheduledThreadPoolExecutor role;
    private final ExecutorService jobs;

    /**
     * Starts when first used.
     *
     * @param name of the node, part of the threads' names
     */
    public OwnThread(String name) {
        role = new ScheduledThreadPoolExecutor(1, task -> daemon(task, name + "-role"));
        role.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        role.setRemoveOnCancelPolicy(true);
        jobs = new ThreadPoolExecutor(
                0, 4, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> daemon(task, name + "-role-job"));
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public void execute(Runnable task) {
        try {
            role.execute(guarded(task));
        } catch (RejectedExecutionException e) {
            log.debug("closed: a task of the role is dropped");
        }
    }

    @Override
    public void schedule(Duration delay, Runnable task) {
        try {
            ScheduledFuture<?> unused = role.schedule(guarded(task), delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            log.debug("closed: a task of the role is dropped");
        }
    }

    @Override
    public <T> void work(Callable<T> job, BiConsumer<@Nullable T, @Nullable Throwable> done) {
        try {
            jobs.execute(() -> {
                try {
                    T result = job.call();
                    execute(() -> done.accept(result, null));
                } catch (Throwable failure) { // whatever it is, the role must hear of it
                    execute(() -> done.accept(null, failure));
                }
            });
        } catch (RejectedExecutionException e) {
            execute(() -> done.accept(null, e));
        }
    }

    private static Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                log.error("a task of the role failed; the next one goes on", e);
            }
        };
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public long currentTimeMillis() {
        return System.currentTimeMillis();
    }

    @Override
    public void close() {
        role.shutdown();
        jobs.shutdownNow();
    }
}
