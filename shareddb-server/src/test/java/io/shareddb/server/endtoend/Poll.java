package io.shareddb.server.endtoend;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Waits for conditions with a deadline. Stateless. */
public final class Poll {
    private static final Duration STEP = Duration.ofMillis(50);

    private Poll() {}

    /** Waits until {@code condition} is true; an exception counts as false, and the last one is the cause of the failure. */
    public static void until(String what, Duration limit, Callable<Boolean> condition) {
        until(() -> what, limit, condition);
    }

    /** The same with a description that is made when it failed. */
    public static void until(Supplier<String> what, Duration limit, Callable<Boolean> condition) {
        value(what, limit, () -> condition.call() ? Optional.of(true) : Optional.empty());
    }

    /** Waits until {@code question} has an answer. */
    public static <T> T value(Supplier<String> what, Duration limit, Callable<Optional<T>> question) {
        long deadline = System.nanoTime() + limit.toNanos();
        Exception last = null;
        do {
            try {
                Optional<T> answer = question.call();
                if (answer.isPresent()) {
                    return answer.get();
                }
                last = null;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted while waiting: " + what.get(), e);
            } catch (Exception e) {
                last = e;
            }
            LockSupport.parkNanos(STEP.toNanos());
        } while (System.nanoTime() < deadline);
        throw new AssertionError("not within " + limit.toMillis() + " ms: " + what.get(), last);
    }
}
