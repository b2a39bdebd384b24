package io.shareddb.cluster.role;

import io.shareddb.cluster.repair.Reseed;
import io.shareddb.replication.engine.DivergedException;
import io.shareddb.replication.engine.Engine;
import io.shareddb.replication.engine.IncompleteCopyException;
import io.shareddb.replication.snapshot.FileCopies;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces the content of an engine that cannot be completed. Role thread only; loading is done on another one.
 *
 * <p>That it is due is on disk before the engine is touched, and until the copy is whole.
 */
final class Rebuild {
    private static final Logger log = LoggerFactory.getLogger(Rebuild.class);

    private final RoleContext role;
    private final RolePlan plan;
    private final Settlement settlement;
    private final BackOff tries;
    private long stoppedAt = -1;
    private boolean replayHelpsNot;

    Rebuild(RoleContext role, RolePlan plan, Settlement settlement) {
        this.role = role;
        this.plan = plan;
        this.settlement = settlement;
        this.tries = role.backOff();
    }

    /** Nothing else may be done with the engine before. */
    boolean due() {
        return plan.reseed() != null;
    }

    /** Why it is due; null when it is not. */
    @Nullable
    String reason() {
        return plan.reseed();
    }

    void request(String reason) {
        log.warn("{} must be rebuilt: {}", role.parts().own(), reason);
        plan.startReseed(reason);
        role.trouble().is(reason);
    }

    /**
     * The applier does not get beyond {@code seq}. If that is so after the history was replayed into an empty engine as well, it is not the
     * content that is at fault: only a copy, which has that transaction behind it, helps.
     */
    void requestForApplier(long seq, String reason) {
        replayHelpsNot = seq == stoppedAt;
        stoppedAt = seq;
        request(reason);
    }

    /** Requests it if {@code failure} says that the content is at fault. */
    void requestIfDiverged(@Nullable Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof DivergedException || cause instanceof IncompleteCopyException) {
                request(String.valueOf(cause.getMessage()));
                return;
            }
        }
    }

    /**
     * Requests it if the engine's data are broken, but never of what is all that is left: another node can give a copy, or the log holds
     * everything. The log has started.
     */
    boolean requestIfBroken(boolean leads) {
        Optional<String> broken = role.runner().broken();
        boolean known = broken.isPresent() && settlement.settled(leads);
        if (!known || !(role.parts().reseed().possible() || canReplay(true))) {
            return false;
        }
        request(broken.get());
        return true;
    }

    /**
     * Begins when everything that the engine wrote is decided, and not too soon after a failed try.
     *
     * @param leads this node leads
     */
    void begin(boolean leads) {
        String reason = plan.reseed();
        if (reason == null || !settlement.settled(leads) || !tries.due(role.wake())) {
            return;
        }
        EngineRunner runner = role.runner();
        boolean wipe = role.parts().engine().managed() && (tries.failures() > 0 || !runner.ready());
        Engine running = wipe ? null : runner.engine();
        role.trouble().is(reason);
        boolean inNeed = tries.failures() >= role.settings().patience(); // nobody gave a copy for some time
        boolean replay = !replayHelpsNot && canReplay(inNeed);
        Optional<FileCopies> files = // the engine may not get on with them
                tries.failures() == 0 ? role.parts().engine().files() : Optional.empty();
        runner.reload(() -> load(running, replay, files), this::ended);
    }

    /**
     * Loads; blocks.
     *
     * @param running null: an empty one is to be started
     * @param replay the relay will send everything to an empty engine
     * @param files receives files; empty if rows are to be loaded
     */
    private Engine load(@Nullable Engine running, boolean replay, Optional<FileCopies> files)
            throws InterruptedException {
        EngineRunner runner = role.runner();
        if (replay) {
            return runner.wipeAndStart();
        }
        Loaded loaded = new Loaded(runner, running, files);
        role.parts().reseed().load(loaded, this::progress);
        return loaded.engine();
    }

    /** The engine that is loaded: the running one, an empty one, or one on other files. */
    private static final class Loaded implements Reseed.Target {
        private final EngineRunner runner;
        private final @Nullable Engine running;
        private final Optional<FileCopies> files;
        private @Nullable Engine engine;

        Loaded(EngineRunner runner, @Nullable Engine running, Optional<FileCopies> files) {
            this.runner = runner;
            this.running = running;
            this.files = files;
        }

        @Override
        public Engine ready() throws InterruptedException {
            Engine ready = running == null ? runner.wipeAndStart() : running;
            engine = ready;
            return ready;
        }

        @Override
        public Optional<FileCopies> files() {
            return files;
        }

        @Override
        public void replaceFiles() throws InterruptedException {
            engine = runner.replaceAndStart(files.orElseThrow());
        }

        Engine engine() {
            return Objects.requireNonNull(engine, "nothing was loaded");
        }
    }

    /**
     * A short history that is complete is quicker and surer than a copy, if there is an empty engine to replay it into. A long one is
     * better than none.
     */
    private boolean canReplay(boolean however) {
        RoleParts parts = role.parts();
        return parts.engine().managed()
                && (however
                        || parts.archive().committed().seq() <= role.settings().replayLimit())
                && !parts.archive()
                        .resolve(parts.engine().family().position(""))
                        .dropped();
    }

    private void progress(String line) {
        role.thread().execute(() -> {
            role.trouble().is(line);
            role.publish().run();
        });
    }

    private void ended(@Nullable Throwable failure) {
        if (failure == null) {
            plan.finishReseed();
            tries.succeeded();
            role.trouble().isOver();
        } else {
            tries.failed();
            role.trouble().is(String.valueOf(failure.getMessage()));
            log.warn("{} could not be rebuilt (failures={})", role.parts().own(), tries.failures(), failure);
        }
    }
}
