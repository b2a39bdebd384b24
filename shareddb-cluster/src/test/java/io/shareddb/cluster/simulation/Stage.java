package io.shareddb.cluster.simulation;

import io.shareddb.replication.log.simulation.VirtualTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs code that blocks on virtual time, the same way each time: of all threads one runs. It runs events; when one of them has to wait,
 * another thread goes on with the next event until the wait is over. So only waiting costs a change of threads.
 */
final class Stage {
    /** The schedule is over: unwinds whoever still waits. */
    static final class Over extends Error {
        private static final long serialVersionUID = 1;

        Over() {
            super("the schedule is over", null, false, false);
        }
    }

    private static final Duration LOOK = Duration.ofMillis(1);

    private final VirtualTime time;
    private final Deque<Performer> free = new ArrayDeque<>();
    private final List<Performer> all = new ArrayList<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private @Nullable Performer performing;
    private volatile boolean over;
    private volatile @Nullable Throwable failure;

    Stage(VirtualTime time) {
        this.time = time;
    }

    private final class Performer extends Thread {
        private final Semaphore baton = new Semaphore(0);

        Performer() {
            super("stage");
            setDaemon(true);
        }

        @Override
        public void run() {
            baton.acquireUninterruptibly();
            try {
                while (!over) {
                    if (!time.step(Long.MAX_VALUE)) {
                        throw new AssertionError("nothing happens any more");
                    }
                }
            } catch (Over e) {
                return;
            } catch (Throwable e) { // whatever it is, it ends the schedule
                fail(e);
            }
            ended.countDown();
        }
    }

    /** What it is that broke, even if the code that is tested swallows the exception. */
    void fail(Throwable cause) {
        if (failure == null) {
            failure = cause;
        }
        over = true;
    }

    /** Runs events until {@code script}, itself the first of them, is through or something fails. */
    void perform(Runnable script) {
        time.after(0, () -> {
            script.run();
            over = true;
        });
        Performer first = performer();
        performing = first;
        first.baton.release();
        try {
            ended.await();
            for (Performer performer : all) { // one after the other, so that their unwinding has an order too
                performer.baton.release();
                performer.join();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
        Throwable cause = failure;
        if (cause instanceof RuntimeException exception) {
            throw exception;
        }
        if (cause != null) {
            throw cause instanceof Error error ? error : new AssertionError(cause);
        }
    }

    private Performer performer() {
        Performer known = free.poll();
        if (known != null) {
            return known;
        }
        Performer made = new Performer();
        all.add(made);
        made.start();
        return made;
    }

    /** Other events happen until {@code condition} holds; false if it does not within {@code limit}. */
    boolean await(BooleanSupplier condition, Duration limit) {
        return await(condition, limit, LOOK);
    }

    /** The same with another pause between two looks at {@code condition}. */
    boolean await(BooleanSupplier condition, Duration limit, Duration pause) {
        if (condition.getAsBoolean()) {
            return true;
        }
        if (over) {
            throw new Over();
        }
        Performer me = current();
        look(me, condition, time.nanos() + limit.toNanos(), pause.toNanos());
        handOn(me, performer());
        return condition.getAsBoolean();
    }

    void sleep(Duration pause) {
        await(() -> false, pause, pause);
    }

    private Performer current() {
        Performer now = performing;
        if (now == null) {
            throw new IllegalStateException("nobody performs");
        }
        return now;
    }

    private void look(Performer waiting, BooleanSupplier condition, long deadline, long pause) {
        time.after(Math.max(0, Math.min(pause, deadline - time.nanos())), () -> {
            if (condition.getAsBoolean() || time.nanos() >= deadline) {
                Performer idle = current();
                free.push(idle);
                handOn(idle, waiting);
            } else {
                look(waiting, condition, deadline, pause);
            }
        });
    }

    private void handOn(Performer from, Performer to) {
        performing = to;
        to.baton.release();
        from.baton.acquireUninterruptibly();
        if (over) {
            throw new Over();
        }
    }
}
