package io.shareddb.cluster.role;

import io.shareddb.replication.engine.BrokenEngineException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Counts how an engine's process fails, to tell data that are broken from trouble that passes. Role thread only. */
final class EngineFailures {
    /** Starts in a row in which the program ended or did not answer. */
    private static final int FAILED_STARTS = 5;

    /** Lives in a row that ended by themselves, each before {@link #SHORT_LIFE}. */
    private static final int SHORT_LIVES = 5;

    private static final Duration SHORT_LIFE = Duration.ofSeconds(30);

    private final RoleThread thread;
    private int failedStarts;
    private int shortLives;
    private long startedNanos;
    private String last = "";

    EngineFailures(RoleThread thread) {
        this.thread = thread;
    }

    void started() {
        failedStarts = 0;
        startedNanos = thread.nanoTime();
    }

    /** A taken port, a folder that is not ours: that says nothing about the data. */
    void doesNotStart(@Nullable Throwable failure) {
        if (failure instanceof BrokenEngineException) {
            failedStarts++;
            last = String.valueOf(failure.getMessage());
        }
    }

    /** It ended by itself. */
    void ended(String how) {
        boolean isShort = thread.nanoTime() - startedNanos < SHORT_LIFE.toNanos();
        shortLives = isShort ? shortLives + 1 : 0;
        last = how;
    }

    /** Its data are other ones now. */
    void replaced() {
        failedStarts = 0;
        shortLives = 0;
    }

    /** Why the data are taken for broken; empty while they are not. */
    Optional<String> verdict() {
        if (failedStarts >= FAILED_STARTS) {
            return Optional.of("the engine does not start on its data, tried " + failedStarts + " times: " + last);
        }
        return shortLives >= SHORT_LIVES
                ? Optional.of("the engine ended " + shortLives + " times in a row within " + SHORT_LIFE.toSeconds()
                        + "s of its start: " + last)
                : Optional.empty();
    }
}
