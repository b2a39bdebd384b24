package io.shareddb.cluster.role;

import io.shareddb.replication.engine.Engine;
import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.engine.EngineInfo;
import io.shareddb.replication.engine.EngineProcess;
import io.shareddb.replication.engine.IncompleteCopyException;
import io.shareddb.replication.snapshot.FileCopies;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the engine's process running. Role thread only; starting is done on another thread. */
final class EngineRunner {
    private static final Logger log = LoggerFactory.getLogger(EngineRunner.class);

    /** What can be done with the engine now. */
    enum Condition {
        /** Does not run. */
        DOWN,
        /** Is being started or loaded. */
        BUSY,
        /** Answers. */
        READY
    }

    /** An engine that was started. */
    private record Started(
            Engine engine,
            EngineInfo info,
            boolean anew,
            @Nullable String incomplete) {}

    private final EngineProcess process;
    private final RoleThread thread;
    private final BackOff backOff;
    private final EngineFailures engineFailures;
    private final Runnable wake;
    private Condition condition = Condition.DOWN;
    private @Nullable Engine engine;
    private boolean madeAnew;
    private @Nullable String incomplete;
    private boolean tried;
    private int generation; // what an earlier process or job reports does not count
    private String trouble = "";
    private volatile Optional<EngineInfo> info = Optional.empty();

    EngineRunner(EngineProcess process, RoleThread thread, RoleSettings settings, Runnable wake) {
        this.process = process;
        this.thread = thread;
        this.backOff = new BackOff(thread, settings.firstBackOff(), settings.maxBackOff());
        this.engineFailures = new EngineFailures(thread);
        this.wake = wake;
    }

    Condition condition() {
        return condition;
    }

    boolean ready() {
        return condition == Condition.READY;
    }

    /** The engine that answers; only while {@link #ready}. */
    Engine engine() {
        Engine running = engine;
        if (running == null || condition != Condition.READY) {
            throw new EngineException("the engine does not run");
        }
        return running;
    }

    /** It was empty when it was started, and has not followed yet. */
    boolean madeAnew() {
        return madeAnew;
    }

    /** Why its content must be replaced before anything else; null when it need not be. */
    @Nullable
    String incomplete() {
        return incomplete;
    }

    /** At least one start ended, well or not. */
    boolean tried() {
        return tried;
    }

    /** Starts that failed in a row. */
    int failures() {
        return backOff.failures();
    }

    /** Why its data are taken for broken; empty while they are not. */
    Optional<String> broken() {
        return engineFailures.verdict();
    }

    /** Why it does not run; empty when nothing went wrong. */
    String trouble() {
        return trouble;
    }

    /** Which engine it was at the last start; thread-safe. */
    Optional<EngineInfo> info() {
        return info;
    }

    /** Grows with each start and each end. */
    int generation() {
        return generation;
    }

    /** Starts it on another thread, unless it is too early for another try. */
    void start() {
        if (!backOff.due(wake)) {
            return;
        }
        run(
                () -> {
                    boolean anew = process.start();
                    Engine fresh = process.family().administer(process.access());
                    String incomplete = prepare(fresh);
                    return new Started(fresh, fresh.info(), anew, incomplete);
                },
                null);
    }

    /**
     * Runs a job that replaces the content.
     *
     * @param job leaves the engine running and prepared
     * @param done told on the role's thread: null or what went wrong
     */
    void reload(Callable<Engine> job, Outcome done) {
        // Not asked again: loading replaces the accounts too, which ends sessions that a pool may still hand out.
        run(
                () -> {
                    Engine loaded = job.call();
                    thread.execute(engineFailures::replaced);
                    return new Started(loaded, info.orElseGet(loaded::info), false, null);
                },
                done);
    }

    /** Told how a job ended. */
    @FunctionalInterface
    interface Outcome {
        void ended(@Nullable Throwable failure);
    }

    private void run(Callable<Started> job, @Nullable Outcome done) {
        int mine = ++generation;
        condition = Condition.BUSY;
        thread.work(job, (started, failure) -> {
            if (mine == generation) {
                ended(mine, started, failure);
                if (done != null) {
                    done.ended(failure);
                }
                wake.run();
            }
        });
    }

    private void ended(int mine, @Nullable Started started, @Nullable Throwable failure) {
        tried = true;
        if (started == null) {
            process.kill(); // whatever is left of it
            condition = Condition.DOWN;
            engine = null;
            if (process.hasRoom()) {
                engineFailures.doesNotStart(failure);
            }
            trouble = "the engine does not start: " + (failure == null ? "no reason given" : failure.getMessage());
            backOff.failed();
            log.warn("{} (failures={})", trouble, backOff.failures(), failure);
            return;
        }
        engine = started.engine();
        info = Optional.of(started.info());
        madeAnew = started.anew();
        incomplete = started.incomplete();
        condition = Condition.READY;
        engineFailures.started();
        trouble = "";
        process.exited().whenComplete((code, problem) -> thread.execute(() -> exited(mine, code)));
    }

    private void exited(int mine, @Nullable Integer code) {
        if (mine != generation || condition != Condition.READY) {
            return;
        }
        generation++;
        condition = Condition.DOWN;
        engine = null;
        trouble = "the engine ended" + (code == null ? "" : " with " + code);
        backOff.failed();
        if (process.hasRoom()) {
            engineFailures.ended(trouble);
        }
        log.warn("{}; it is started again", trouble);
        wake.run();
    }

    /** It follows: the next failure is the first one again. */
    void worked() {
        madeAnew = false;
        backOff.succeeded();
    }

    /** {@code kill -9}; it is started again without a pause. */
    void kill() {
        generation++;
        condition = Condition.DOWN;
        engine = null;
        process.kill();
    }

    /** Ends it for good. */
    void stop(Duration grace) {
        boolean wasReady = condition == Condition.READY;
        generation++;
        condition = Condition.DOWN;
        engine = null;
        if (wasReady) {
            process.stop(grace);
        } else {
            process.kill();
        }
    }

    /** A prepared engine in an empty data directory; blocks, for jobs only. */
    Engine wipeAndStart() throws InterruptedException {
        process.kill();
        process.wipe();
        return startAgain();
    }

    /** A prepared engine on the files that {@code files} received; blocks, for jobs only. */
    Engine replaceAndStart(FileCopies files) throws InterruptedException {
        process.kill();
        files.install();
        return startAgain();
    }

    private Engine startAgain() throws InterruptedException {
        process.start();
        Engine fresh = process.family().administer(process.access());
        fresh.prepare();
        info = Optional.of(fresh.info());
        return fresh;
    }

    /** Null, or why its content must be replaced. */
    private static @Nullable String prepare(Engine engine) {
        try {
            engine.prepare();
            return null;
        } catch (IncompleteCopyException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
