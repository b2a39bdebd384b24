package io.shareddb.cluster.role;

import io.shareddb.cluster.peer.OperationException;
import io.shareddb.cluster.role.AppliedSeq.Progress;
import io.shareddb.replication.archive.LeadershipListener;
import io.shareddb.replication.engine.DivergedException;
import io.shareddb.replication.engine.Engine;
import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.engine.EngineInfo;
import io.shareddb.replication.engine.EngineState;
import io.shareddb.replication.engine.IncompleteCopyException;
import io.shareddb.replication.log.LogState;
import io.shareddb.replication.log.NodeId;
import io.shareddb.replication.log.RemovedException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node does, from start to stop: to follow, to lead, to be rebuilt. Thread-safe.
 *
 * <p>A role does not react to events one by one. It looks at what is so now (who leads, how the engine is, what was asked for), takes
 * the one step that leads there, and looks again. So a step may fail, be repeated, or become pointless half-way, and the next
 * look finds that out. All steps run on one thread; listeners are called on it, outside of locks.
 */
public final class NodeRole implements LeadershipListener, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(NodeRole.class);

    /** The log starts without an engine when that takes longer: the vote counts all the same. */
    private static final Duration LOG_WAITS_FOR_ENGINE = Duration.ofSeconds(15);

    /** How long leadership is offered to others after a failure here before this node tries again itself. */
    private static final Duration GIVE_AWAY = Duration.ofSeconds(3);

    private static final Duration SOON = Duration.ofMillis(50);

    /** Failed starts, beyond the patience, after which the engine's files are taken for broken. */
    private static final int BEYOND_PATIENCE = 2;

    private final RoleParts parts;
    private final RoleSettings settings;
    private final RoleThread thread;
    private final RoleInputs inputs;
    private final RolePublisher publisher;
    private final RolePlan plan;
    private final EngineRunner runner;
    private final EngineWatch watch;
    private final PositionCheck check;
    private final Settlement settlement;
    private final Adoption adoption;
    private final BackOff checks;
    private final BackOff reloads;
    private final HandOver handOver;
    private final ApplierStops applierStops = new ApplierStops();
    private final CommitGrouping grouping = new CommitGrouping();
    private final LeaderSync sync;
    private final AtomicBoolean queued = new AtomicBoolean();
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();

    // Role thread only.
    private boolean started;
    private boolean ended;
    private long startedNanos;
    private boolean logStarted;
    private boolean following;
    private @Nullable Takeover takeover;
    private long openingSinceNanos;
    private long leadingSinceNanos;
    private long failedTerm;
    private long failedUntilNanos;
    private int seenGeneration;
    private String trouble = "";

    /**
     * Prepares; nothing happens before {@link #start}.
     *
     * @param thread owned by this role from now on
     */
    public NodeRole(RoleParts parts, RoleSettings settings, RoleThread thread) {
        this.parts = parts;
        this.settings = settings;
        this.thread = thread;
        this.inputs = new RoleInputs(this::wake);
        this.publisher = new RolePublisher(parts.own().value());
        this.plan = new RolePlan(parts.store());
        this.sync = new LeaderSync(parts, plan);
        this.runner = new EngineRunner(parts.engine(), thread, settings, this::wake);
        this.watch = new EngineWatch(thread, settings, parts.archive());
        this.check = new PositionCheck(parts.archive(), settings.replayLimit());
        this.settlement = new Settlement(parts.own(), parts.log(), parts.archive(), thread, this::wake);
        this.adoption = new Adoption(parts.own(), parts.adopted(), parts.archive());
        this.checks = new BackOff(thread, settings.firstBackOff(), settings.maxBackOff());
        this.reloads = new BackOff(thread, settings.firstBackOff(), settings.maxBackOff());
        this.handOver = new HandOver(parts, settings, thread, runner, adoption, this::wake, this::publish);
    }

    /** Starts the engine, then the log, then does what the log says. Returns at once; once. */
    public void start() {
        thread.execute(() -> {
            started = true;
            startedNanos = thread.nanoTime();
            if (sync.lost()) {
                startReseed("the machine lost power while this node led");
            }
            thread.schedule(LOG_WAITS_FOR_ENGINE, this::wake);
            poll();
            turn();
        });
    }

    /** The role now. */
    public RoleView view() {
        return publisher.view();
    }

    /** {@code listener} gets the present view at once, then each change in order; it must not block. */
    public void addListener(Consumer<RoleView> listener) {
        publisher.add(listener);
    }

    /** Which engine it is, once it ran. */
    Optional<EngineInfo> engineInfo() {
        return runner.info();
    }

    /** How far the engine is; of the last look. */
    Progress progress() {
        return publisher.view().writable()
                ? new Progress(parts.archive().committed().seq(), 0)
                : watch.progress();
    }

    @Override
    public void onLeader(long term) {
        inputs.leads(term);
    }

    @Override
    public void onNotLeader(long term) {
        inputs.leadsNoMore(term);
    }

    @Override
    public void onLeaderChanged(Optional<NodeId> leader, long term) {
        inputs.leader(leader, term);
    }

    @Override
    public void onReseedRequired(long firstAvailable) {
        inputs.reseedRequired(true);
    }

    /** The log cannot go on. */
    @Override
    public void onFatal(Throwable cause) {
        inputs.fatal(cause);
    }

    /**
     * Lets another node lead, in order: clients that are connected to any node wait for a moment, and notice nothing else where their
     * sessions hold nothing that only this node's engine has.
     *
     * @param to who should lead; empty: whoever is best
     * @param insist cut off what clients are at if they are at work without a break
     * @return completes with the new leader, which may not take writes yet; fails with {@link OperationException}
     */
    public CompletionStage<NodeId> handOver(Optional<NodeId> to, boolean insist) {
        CompletableFuture<NodeId> result = new CompletableFuture<>();
        HandOver.Mode mode = insist ? HandOver.Mode.INSIST : HandOver.Mode.IF_QUIET;
        thread.execute(() -> {
            if (ended || inputs.now().stopping() || !publisher.view().writable()) {
                result.completeExceptionally(new OperationException(parts.own() + " does not lead"));
            } else {
                handOver.begin(to, mode, result);
            }
        });
        return result;
    }

    /** Leaves leadership to others as long as there are any, until this is taken back or the process ends. */
    public void drain(boolean on) {
        inputs.draining(on);
    }

    /**
     * Hands over and stops the engine: no new writes, what waits is finished, another node leads, then the engine stops.
     *
     * @return completes when this node does nothing any more
     */
    public CompletionStage<Void> stop() {
        inputs.stop();
        return stopped.copy();
    }

    /** {@link #stop}, waits for it, and ends the threads. */
    @Override
    public void close() {
        Duration limit = settings.drain()
                .plus(settings.transfer())
                .plus(settings.transfer())
                .plus(settings.stop())
                .plus(settings.stop());
        try {
            stop().toCompletableFuture().get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            log.warn("{} did not stop in order within {}ms: its engine is killed", parts.own(), limit.toMillis());
            parts.engine().kill();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            parts.engine().kill();
        }
        thread.close();
    }

    private void wake() {
        if (queued.compareAndSet(false, true)) {
            thread.execute(this::turn);
        }
    }

    /** One step; the next one waits behind what the thread was given meanwhile, such as the news that the engine ended. */
    private void turn() {
        queued.set(false);
        if (!started) {
            return;
        }
        try {
            boolean more = step(inputs.now());
            publish();
            if (more) {
                wake();
            }
        } catch (RuntimeException e) {
            log.error("{}: a step of the role failed", parts.own(), e);
            trouble = String.valueOf(e.getMessage());
            publish();
            thread.schedule(settings.maxBackOff(), this::wake);
        }
    }

    /** One step towards what should be; true if another one may follow at once. */
    private boolean step(RoleInputs.Snapshot now) {
        if (ended) {
            return false;
        }
        if (now.stopping()) {
            stopInOrder(now);
            return false;
        }
        if (seenGeneration != runner.generation()) { // another process, or none: it neither follows nor leads
            seenGeneration = runner.generation();
            following = false;
            watch.forget();
            settlement.restart();
        }
        String end = reasonToEndTakeover(now);
        if (end != null) {
            endTakeover(now, end);
            return true;
        }
        if (now.fatal() != null) {
            return false;
        }
        if (startLogWhenDue()) {
            return true;
        }
        return switch (runner.condition()) {
            case BUSY -> {
                handOver.giveAway(now, "the engine is not ready");
                yield false;
            }
            case DOWN -> {
                handOver.giveAway(now, "the engine does not run");
                yield engineDown(now);
            }
            case READY -> engineReady(now);
        };
    }

    private boolean startLogWhenDue() {
        boolean late = thread.nanoTime() - startedNanos >= LOG_WAITS_FOR_ENGINE.toNanos();
        if (logStarted || !(runner.tried() || late)) {
            return false;
        }
        logStarted = true;
        try {
            parts.startLog().run();
        } catch (RuntimeException e) {
            log.error("{}: the log does not start", parts.own(), e);
            inputs.fatal(e);
        }
        return true;
    }

    private boolean engineDown(RoleInputs.Snapshot now) {
        if (!parts.engine().managed()) { // comes back when it comes back; what it holds can be replaced only then
            runner.start();
            return false;
        }
        if (plan.reseed() != null) {
            return reload(now);
        }
        if (runner.failures() >= settings.patience() + BEYOND_PATIENCE && logStarted) {
            startReseed(runner.trouble());
            return true;
        }
        runner.start();
        return false;
    }

    private boolean engineReady(RoleInputs.Snapshot now) {
        if (watch.hangs()) {
            log.warn(
                    "{}: the engine has not answered for {}ms and is killed",
                    parts.own(),
                    settings.unresponsive().toMillis());
            runner.kill();
            return true;
        }
        String incomplete = runner.incomplete();
        if (plan.reseed() == null && incomplete != null) {
            startReseed(incomplete);
        }
        if (plan.reseed() != null) {
            handOver.giveAway(now, "the engine is to be rebuilt");
            return reload(now);
        }
        if (!following) {
            return compare(now);
        }
        if (takeover != null) {
            handOverIfDue(now, takeover);
            return advance(now, takeover);
        }
        if (now.reseedRequired() || watch.stopped() != null) {
            return followAgain();
        }
        return now.leads() && beginTakeover(now);
    }

    /** The engine neither follows nor leads: find out what it holds. */
    private boolean compare(RoleInputs.Snapshot now) {
        if (!logStarted || !checks.due(this::wake)) {
            return false;
        }
        try {
            Engine engine = runner.engine();
            EngineState state = engine.state();
            boolean settled = settlement.settled(now.leads());
            Verdict verdict = adoption.judge(state, settled)
                    .orElseGet(() -> check.judge(state, runner.madeAnew(), plan.verified(), settled));
            if (verdict instanceof Verdict.Wait wait) {
                trouble = wait.reason();
                handOver.giveAway(now, trouble);
                return false;
            }
            if (verdict instanceof Verdict.Reseed reseed) {
                startReseed(reseed.reason());
                return true;
            }
            Verdict.Follow follow = (Verdict.Follow) verdict;
            state.originated().ifPresent(gtid -> plan.verify(gtid.text()));
            sync.makeUp();
            engine.follow(parts.relay().get(), follow.from());
            following = true;
            trouble = "";
            watch.follows();
            runner.worked();
            checks.succeeded();
            log.info("{} follows from {}", parts.own(), follow.from().text());
            return true;
        } catch (RuntimeException e) {
            checks.failed();
            trouble = "the engine cannot follow: " + e.getMessage();
            log.warn("{}: {} (failures={})", parts.own(), trouble, checks.failures(), e);
            reseedIfDiverged(e);
            if (checks.failures() % settings.patience() == 0 && runner.ready()) {
                runner.kill(); // a fresh process may do better
            }
            return true;
        }
    }

    private void reseedIfDiverged(@Nullable Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof DivergedException || cause instanceof IncompleteCopyException) {
                startReseed(String.valueOf(cause.getMessage()));
                return;
            }
        }
    }

    private void startReseed(String reason) {
        log.warn("{} must be rebuilt: {}", parts.own(), reason);
        plan.startReseed(reason);
        trouble = reason;
    }

    /** The applier stopped: again, then in a fresh process, then from a copy. Or the history jumped ahead of it. */
    private boolean followAgain() {
        String why = watch.stopped();
        if (why == null) {
            inputs.reseedRequired(false);
        } else {
            long seq = watch.progress().seq();
            int times = applierStops.count(seq);
            log.warn("{}: the applier stopped after seq={} (times={}): {}", parts.own(), seq, times, why);
            if (applierStops.isHopeless()) {
                startReseed("its applier stopped again after seq " + seq + ": " + why);
            }
        }
        following = false;
        watch.follows();
        if (why != null
                && !applierStops.isFirst()) { // something in the engine may be in the way, such as a stuck commit
            runner.kill();
            return true;
        }
        try {
            runner.engine().stopFollowing();
        } catch (RuntimeException e) {
            log.warn("{}: the applier cannot be stopped, the engine is killed: {}", parts.own(), e.toString());
            runner.kill();
        }
        return true;
    }

    private void handOverIfDue(RoleInputs.Snapshot now, Takeover current) {
        if (now.draining() && current.done() && !handOver.active() && handOver.due()) {
            handOver.begin(Optional.empty(), HandOver.Mode.INSIST, new CompletableFuture<>());
        }
        if (handOver.active()) {
            handOver.advance(isOpen());
        }
    }

    private boolean beginTakeover(RoleInputs.Snapshot now) {
        Optional<String> yields = handOver.yields(now);
        if (yields.isPresent()) {
            handOver.giveAway(now, yields.get());
            return false;
        }
        if (failedTerm == now.leadingTerm()) {
            long left = failedUntilNanos - thread.nanoTime();
            if (left > 0 && !handOver.candidates().isEmpty()) {
                handOver.giveAway(now, trouble);
                thread.schedule(Duration.ofNanos(left), this::wake);
                return false;
            }
            LogState state = parts.log().state();
            if (state.commitIndex() < state.lastIndex()) { // what the last try appended is not decided yet
                thread.schedule(SOON, this::wake);
                return false;
            }
        }
        if (handOver.transferring()) {
            return false;
        }
        takeover = new Takeover(now.leadingTerm(), parts, runner.engine(), thread.nanoTime(), this::wake);
        thread.schedule(settings.takeover(), this::wake);
        return true;
    }

    private boolean advance(RoleInputs.Snapshot now, Takeover current) {
        if (current.done()) {
            return false;
        }
        Takeover.Step step = current.next();
        if (step == Takeover.Step.STOP_FOLLOWING) { // nothing that follows depends on how far the engine was behind
            openingSinceNanos = thread.nanoTime();
            thread.schedule(settings.open(), this::wake);
        }
        try {
            boolean more = current.advance();
            if (current.done()) {
                trouble = "";
                failedTerm = 0;
                grouping.restart();
                sync.restart();
                leadingSinceNanos = thread.nanoTime();
                log.info(
                        "{} leads: epoch={} seq={} after={}ms",
                        parts.own(),
                        current.term(),
                        parts.archive().committed().seq(),
                        millisSince(current.startedNanos()));
            }
            return more;
        } catch (RuntimeException e) {
            log.warn("{} cannot lead: term={} step={}", parts.own(), current.term(), step, e);
            endTakeover(now, "cannot lead, " + step + " failed: " + e.getMessage());
            reseedIfDiverged(e);
            return true;
        }
    }

    private @Nullable String reasonToEndTakeover(RoleInputs.Snapshot now) {
        Takeover current = takeover;
        if (current == null) {
            return null;
        }
        Throwable fatal = now.fatal();
        if (fatal != null) {
            return "the log failed: " + fatal.getMessage();
        }
        if (now.leadingTerm() != current.term()) {
            return "leadership of term " + current.term() + " was lost";
        }
        if (!following) {
            return runner.trouble().isEmpty() ? "the engine ended" : runner.trouble();
        }
        Throwable captureLost = current.captureLost();
        if (captureLost != null) {
            return "the capture ended: " + captureLost.getMessage();
        }
        if (current.done()) {
            return null;
        }
        if (watch.stopped() != null && !current.stoppedFollowing()) {
            return "the applier stopped: " + watch.stopped();
        }
        long since = current.stoppedFollowing() ? openingSinceNanos : current.startedNanos();
        Duration limit = current.stoppedFollowing() ? settings.open() : settings.takeover();
        boolean late = thread.nanoTime() - since >= limit.toNanos();
        return late ? "not writable after " + limit.toMillis() + "ms, at " + current.next() : null;
    }

    /** Fences first; then the engine is made to follow again, by force where commits are stuck in it. */
    private void endTakeover(RoleInputs.Snapshot now, String reason) {
        Takeover former = takeover;
        if (former == null) {
            return;
        }
        takeover = null;
        trouble = reason;
        handOver.over(now, reason);
        publish();
        log.info("{} does not lead any more: term={} {}", parts.own(), former.term(), reason);
        reseedIfDiverged(former.captureLost());
        if (now.leadingTerm() == former.term()) {
            failedTerm = former.term();
            failedUntilNanos = thread.nanoTime() + GIVE_AWAY.toNanos();
            handOver.forgetFailures();
            handOver.giveAway(now, reason);
        }
        former.closeCapture();
        if (!following || !former.stoppedFollowing()) {
            return; // it is gone, or it never stopped following
        }
        following = false;
        settlement.restart();
        watch.follows();
        if (!makeReadOnly(former)) {
            runner.kill();
        }
    }

    /** False if commits wait in the engine that nobody will acknowledge. */
    private boolean makeReadOnly(Takeover former) {
        try {
            Engine engine = runner.engine();
            if (former.opened() && !engine.closeForWrites(settings.close())) {
                log.info("{}: commits are stuck in the engine, it is killed and cuts them off", parts.own());
                return false;
            }
            engine.prepare();
            return true;
        } catch (EngineException e) {
            log.warn("{}: the engine does not become read-only, it is killed: {}", parts.own(), e.toString());
            return false;
        }
    }

    /** Replaces the engine's content, on another thread. */
    private boolean reload(RoleInputs.Snapshot now) {
        String reason = plan.reseed();
        if (!logStarted || reason == null || !settlement.settled(now.leads()) || !reloads.due(this::wake)) {
            return false;
        }
        boolean wipe = parts.engine().managed() && (reloads.failures() > 0 || !runner.ready());
        Engine running = wipe ? null : runner.engine();
        following = false;
        trouble = reason;
        runner.reload(
                () -> {
                    if (canReplay()) {
                        return runner.wipeAndStart();
                    }
                    Engine[] loaded = new Engine[1];
                    parts.reseed()
                            .load(() -> loaded[0] = running == null ? runner.wipeAndStart() : running, this::progress);
                    return loaded[0];
                },
                failure -> {
                    if (failure == null) {
                        plan.finishReseed();
                        reloads.succeeded();
                        trouble = "";
                    } else {
                        reloads.failed();
                        trouble = String.valueOf(failure.getMessage());
                        log.warn("{} could not be rebuilt (failures={})", parts.own(), reloads.failures(), failure);
                    }
                });
        return false;
    }

    private void progress(String line) {
        thread.execute(() -> {
            trouble = line;
            publish();
        });
    }

    /** A short history that is complete is quicker and surer than a copy, if there is an empty engine to replay it into. */
    private boolean canReplay() {
        return parts.engine().managed()
                && parts.archive().committed().seq() <= settings.replayLimit()
                && !parts.archive()
                        .resolve(parts.engine().family().position(""))
                        .dropped();
    }

    private void stopInOrder(RoleInputs.Snapshot now) {
        boolean leads = now.leads() && logStarted && now.fatal() == null;
        if (leads && !handOver.gone()) {
            handOver.begin(Optional.empty(), HandOver.Mode.LEAVE, new CompletableFuture<>());
            handOver.advance(isOpen());
            return;
        }
        boolean clean = !isOpen() || (handOver.gone() ? handOver.clean() : closesForWrites());
        Takeover current = takeover;
        takeover = null;
        if (current != null) {
            current.closeCapture();
        }
        parts.reseed().cancel();
        if (clean) {
            runner.stop(settings.stop());
        } else {
            runner.kill();
        }
        sync.tryToMakeUp();
        following = false;
        ended = true;
        publish();
        stopped.complete(null);
    }

    private boolean closesForWrites() {
        try {
            return runner.engine().closeForWrites(settings.close());
        } catch (EngineException e) {
            return false;
        }
    }

    /** Clients may write to the engine. */
    private boolean isOpen() {
        Takeover current = takeover;
        return current != null && current.opened() && runner.ready();
    }

    private void poll() {
        if (ended) {
            return;
        }
        if (runner.ready() && plan.reseed() == null) {
            boolean shouldFollow = following && (takeover == null || !takeover.stoppedFollowing());
            watch.look(runner.engine(), shouldFollow, this::wake);
            if (watch.hangs() || (!following && parts.adopted().isPresent())) {
                wake();
            }
        }
        Takeover current = takeover;
        if (current != null && current.done() && runner.ready()) {
            grouping.look(parts.clients().writers(), runner.engine());
            sync.look(runner.engine(), Duration.ofNanos(thread.nanoTime() - leadingSinceNanos));
        }
        thread.schedule(settings.poll(), this::poll);
    }

    private long millisSince(long nanos) {
        return (thread.nanoTime() - nanos) / 1_000_000;
    }

    private void publish() {
        publisher.publish(derive(inputs.now()));
    }

    private RoleView derive(RoleInputs.Snapshot now) {
        Takeover current = takeover;
        boolean leading = current != null && current.done();
        boolean serves = runner.ready() && following;
        boolean writable = leading && serves && now.fatal() == null && !handOver.closed();
        boolean switching = now.leads()
                && now.fatal() == null
                && current != null
                && !ended
                && (!current.done() || handOver.holds());
        NodeState state = state(now, leading && serves);
        String reason = reason(now, state, current);
        long epoch = current != null && leading ? current.term() : now.leader().isPresent() ? now.term() : 0;
        return new RoleView(
                state, reason, epoch, now.leader(), writable, serves && now.fatal() == null && !ended, switching);
    }

    private NodeState state(RoleInputs.Snapshot now, boolean leading) {
        if (ended) {
            return NodeState.STOPPED;
        }
        if (now.stopping()) {
            return NodeState.DRAINING;
        }
        if (now.fatal() != null) {
            return NodeState.FAILED;
        }
        if (plan.reseed() != null) {
            return NodeState.RESEEDING;
        }
        if (leading) {
            return NodeState.LEADING;
        }
        if (following && runner.ready() && !sync.pending()) {
            return now.draining() ? NodeState.DRAINING : NodeState.FOLLOWING;
        }
        boolean needsHelp = runner.failures() >= settings.patience() || checks.failures() >= settings.patience();
        return needsHelp ? NodeState.FAILED : NodeState.STARTING;
    }

    private String reason(RoleInputs.Snapshot now, NodeState state, @Nullable Takeover current) {
        Throwable fatal = now.fatal();
        return switch (state) {
            case FAILED ->
                fatal != null
                        ? (fatal instanceof RemovedException ? "" : "the log failed: ") + fatal.getMessage()
                        : runner.trouble().isEmpty() ? trouble : runner.trouble();
            case RESEEDING -> !trouble.isEmpty() ? trouble : Objects.requireNonNullElse(plan.reseed(), "");
            case STARTING -> !trouble.isEmpty() ? trouble : runner.trouble();
            case FOLLOWING -> current == null ? "" : "is taking over: " + current.next();
            case LEADING -> now.draining() ? "is drained, but no other node can lead" : "";
            case DRAINING -> now.stopping() ? "stops" : "is drained: leaves leadership to others";
            case STOPPED -> "";
        };
    }
}
