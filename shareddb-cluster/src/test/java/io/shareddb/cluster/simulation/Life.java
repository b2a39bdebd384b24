package io.shareddb.cluster.simulation;

import io.shareddb.replication.log.simulation.VirtualTime;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** One life of an operator's process: when it ends, nothing of it runs any more. */
final class Life {
    /** Unwinds what a thread of an ended process was at. */
    static final class Ended extends Error {
        private static final long serialVersionUID = 1;

        Ended() {
            super("the process has ended", null, false, false);
        }
    }

    private final Stage stage;
    private final VirtualTime time;
    private boolean over;

    Life(Stage stage, VirtualTime time) {
        this.stage = stage;
        this.time = time;
    }

    static Duration micros(long micros) {
        return Duration.ofNanos(micros * 1_000);
    }

    boolean isOver() {
        return over;
    }

    void end() {
        over = true;
    }

    /** Runs {@code task} then, if the process still lives; an end of the process in the middle of it ends it. */
    void after(Duration delay, Runnable task) {
        time.after(delay.toNanos(), () -> run(task));
    }

    void run(Runnable task) {
        if (over) {
            return;
        }
        try {
            task.run();
        } catch (Ended e) {
            if (!over) {
                throw e; // of another process
            }
        }
    }

    /** Again and again, with a pause in between. */
    void every(Duration pause, Runnable task) {
        after(pause, () -> {
            task.run();
            every(pause, task);
        });
    }

    /** Blocks the caller, a thread of this process. */
    boolean await(BooleanSupplier condition, Duration limit) {
        boolean met = stage.await(() -> over || condition.getAsBoolean(), limit);
        if (over) {
            throw new Ended();
        }
        return met;
    }

    void sleep(Duration pause) {
        stage.sleep(pause);
        if (over) {
            throw new Ended();
        }
    }
}
