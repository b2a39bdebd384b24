package io.shareddb.cluster.role;

import java.time.Duration;

/** Pauses between tries that get longer with each failure in a row. Role thread only. */
final class BackOff {
    private final RoleThread thread;
    private final Duration first;
    private final Duration max;
    private int failures;
    private long notBefore;

    BackOff(RoleThread thread, Duration first, Duration max) {
        this.thread = thread;
        this.first = first;
        this.max = max;
        this.notBefore = thread.nanoTime();
    }

    /** In a row. */
    int failures() {
        return failures;
    }

    void failed() {
        long pause = first.toNanos();
        for (int i = 0; i < failures && pause < max.toNanos(); i++) {
            pause *= 2;
        }
        failures++;
        notBefore = thread.nanoTime() + Math.min(pause, max.toNanos());
    }

    void succeeded() {
        failures = 0;
        notBefore = thread.nanoTime();
    }

    /** Whether the next try may begin; if not, {@code wake} runs when it may. */
    boolean due(Runnable wake) {
        long left = notBefore - thread.nanoTime();
        if (left <= 0) {
            return true;
        }
        thread.schedule(Duration.ofNanos(left), wake);
        return false;
    }
}
