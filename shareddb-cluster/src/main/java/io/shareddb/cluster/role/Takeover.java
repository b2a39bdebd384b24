package io.shareddb.cluster.role;

import io.shareddb.replication.archive.Committed;
import io.shareddb.replication.engine.Engine;
import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.engine.EngineState;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The way from a following engine to a writable one, for one term, step by step. Role thread only. Each call of {@link #advance} does
 * one step, so that the role can look up between any two and turn round.
 */
final class Takeover {
    /** The step that comes next; it counts as attempted from the moment it begins. */
    enum Step {
        AWAIT_APPLIED,
        STOP_FOLLOWING,
        PREPARE,
        CONNECT_CAPTURE,
        OPEN_EPOCH,
        AWAIT_EPOCH,
        /** What the engine holds beyond the history is on its way into the log. */
        AWAIT_CAPTURED,
        OPEN_FOR_WRITES,
        DONE
    }

    /** How long one step may keep the role from looking up. */
    private static final Duration SLICE = Duration.ofMillis(100);

    private final long term;
    private final Committed target;
    private final RoleParts parts;
    private final Engine engine;
    private final Runnable wake;
    private final long startedNanos;
    private final boolean ahead;
    private Step next;
    private boolean stopped;
    private boolean opened;
    private @Nullable CaptureSession capture;
    private @Nullable CompletableFuture<Void> epoch;
    private volatile @Nullable Throwable captureLost;

    /**
     * Begins; nothing is done yet.
     *
     * @param term this node leads in it and has everything of earlier terms
     * @param ahead the engine does not follow, and holds more than the history
     */
    Takeover(long term, RoleParts parts, Engine engine, boolean ahead, long startedNanos, Runnable wake) {
        this.term = term;
        this.parts = parts;
        this.engine = engine;
        this.ahead = ahead;
        this.stopped = ahead;
        this.next = ahead ? Step.PREPARE : Step.AWAIT_APPLIED;
        this.startedNanos = startedNanos;
        this.wake = wake;
        this.target = parts.archive().committed();
    }

    long term() {
        return term;
    }

    long startedNanos() {
        return startedNanos;
    }

    Step next() {
        return next;
    }

    boolean done() {
        return next == Step.DONE;
    }

    /** The engine may not follow any more. */
    boolean stoppedFollowing() {
        return stopped;
    }

    /** Clients may have written to the engine. */
    boolean opened() {
        return opened;
    }

    /** Why the capture ended by itself; null while it has not. */
    @Nullable
    Throwable captureLost() {
        return captureLost;
    }

    /**
     * Does the next step.
     *
     * @return false if there is nothing to do before the role is woken
     * @throws EngineException or another exception if the step failed
     */
    boolean advance() {
        switch (next) {
            case AWAIT_APPLIED -> {
                if (target.seq() == 0 || engine.awaitApplied(target.position(), SLICE)) {
                    next = Step.STOP_FOLLOWING;
                }
            }
            case STOP_FOLLOWING -> {
                stopped = true;
                engine.stopFollowing();
                next = Step.PREPARE;
            }
            case PREPARE -> {
                engine.prepareToLead(term);
                next = Step.CONNECT_CAPTURE;
            }
            case CONNECT_CAPTURE -> {
                Consumer<Throwable> lost = cause -> {
                    captureLost = cause;
                    wake.run();
                };
                capture = parts.captures().connect(term, parts.engine().access(), lost);
                next = Step.OPEN_EPOCH;
            }
            case OPEN_EPOCH -> {
                CaptureSession session = capture;
                if (session == null) {
                    throw new IllegalStateException("no capture to open epoch " + term);
                }
                CompletableFuture<Void> opening = session.openEpoch().toCompletableFuture();
                epoch = opening; // is done when the role wakes, which the stage that wakes it would not be
                var unused = opening.whenComplete((done, failure) -> wake.run());
                next = Step.AWAIT_EPOCH;
            }
            case AWAIT_EPOCH -> {
                CompletableFuture<Void> opening = epoch;
                if (opening == null || !opening.isDone()) {
                    return false;
                }
                try {
                    opening.join();
                } catch (CompletionException e) {
                    throw new EngineException("epoch " + term + " could not be opened in the log", e);
                }
                next = ahead ? Step.AWAIT_CAPTURED : Step.OPEN_FOR_WRITES;
            }
            case AWAIT_CAPTURED -> {
                Committed now = parts.archive().committed();
                if (!isIn(engine.state(), now)) {
                    var unused = parts.archive().whenSeq(now.seq() + 1).thenRun(wake);
                    return false;
                }
                next = Step.OPEN_FOR_WRITES;
            }
            case OPEN_FOR_WRITES -> {
                opened = true;
                engine.openForWrites();
                next = Step.DONE;
            }
            case DONE -> {
                return false;
            }
        }
        return true;
    }

    private boolean isIn(EngineState state, Committed now) {
        return state.originated().map(parts.archive()::isCommitted).orElseGet(() -> state.applied()
                .equals(now.position()));
    }

    /** From here on nothing is acknowledged to the engine. Idempotent. */
    void closeCapture() {
        CaptureSession session = capture;
        capture = null;
        if (session != null) {
            session.close();
        }
    }
}
