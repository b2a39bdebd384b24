package io.shareddb.cluster.role;

import io.shareddb.cluster.role.AppliedSeq.Progress;
import io.shareddb.replication.archive.TransactionArchive;
import io.shareddb.replication.engine.Engine;
import io.shareddb.replication.engine.EngineState;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the engine now and then: how far it is, whether its applier runs, whether it answers at all. Role thread only, but for
 * {@link #progress}; the questions are asked on another thread.
 */
final class EngineWatch {
    private static final Logger log = LoggerFactory.getLogger(EngineWatch.class);

    /** Looks without an error after which an applier that does not run is taken for stopped. */
    private static final int MISSED_LOOKS = 10;

    private record Seen(EngineState state, Progress progress) {}

    private final RoleThread thread;
    private final TransactionArchive archive;
    private AppliedSeq appliedSeq;
    private volatile Progress progress = Progress.NONE;
    private boolean asking;
    private boolean unanswered;
    private long unansweredSinceNanos;
    private int followed; // counts; what was seen of an earlier follow does not count
    private int idleLooks;
    private @Nullable String stopped;

    EngineWatch(RoleThread thread, TransactionArchive archive) {
        this.thread = thread;
        this.archive = archive;
        this.appliedSeq = new AppliedSeq(archive);
    }

    /** How far this process was at the last look, {@link Progress#NONE} before the first; thread-safe. */
    Progress progress() {
        return progress;
    }

    /** Why its applier stopped; null while it runs. */
    @Nullable
    String stopped() {
        return stopped;
    }

    /** It was just told to follow. */
    void follows() {
        followed++;
        idleLooks = 0;
        stopped = null;
    }

    /** It has not answered for longer than {@code limit}, however often it was asked. That nobody could ask is no answer either. */
    boolean silent(Duration limit) {
        return unanswered && thread.nanoTime() - unansweredSinceNanos > limit.toNanos();
    }

    /** Another process: what the former was asked does not matter any more, and this one may hold less than it did. */
    void forget() {
        follows();
        asking = false;
        unanswered = false;
        appliedSeq = new AppliedSeq(archive);
        progress = Progress.NONE;
    }

    /**
     * Asks once, unless an answer is still out.
     *
     * @param following it was told to follow, and its applier should run
     * @param answers runs when it has answered
     * @param wake runs when something must be done
     */
    void look(Engine engine, boolean following, Runnable answers, Runnable wake) {
        if (asking) {
            return;
        }
        asking = true;
        if (!unanswered) {
            unanswered = true;
            unansweredSinceNanos = thread.nanoTime();
        }
        int mine = followed;
        long nowMillis = thread.currentTimeMillis();
        AppliedSeq applied = appliedSeq;
        thread.work(
                () -> {
                    EngineState state = engine.state();
                    return new Seen(state, applied.of(state.applied(), nowMillis));
                },
                (seen, failure) -> {
                    asking = false;
                    if (mine != followed) {
                        return;
                    }
                    if (seen == null) {
                        log.debug("the engine did not say how it is: {}", String.valueOf(failure));
                    } else {
                        unanswered = false;
                        if (following) {
                            progress = seen.progress();
                            judge(seen.state(), wake);
                        }
                        answers.run();
                    }
                });
    }

    private void judge(EngineState state, Runnable wake) {
        if (state.following()) {
            idleLooks = 0;
            return;
        }
        idleLooks++;
        if (state.followError().isPresent() || idleLooks >= MISSED_LOOKS) {
            stopped = state.followError().orElse("it does not run");
            wake.run();
        }
    }
}
