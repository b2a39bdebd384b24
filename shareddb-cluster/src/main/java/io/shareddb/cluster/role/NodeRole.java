package io.shareddb.cluster.role;

import io.shareddb.cluster.peer.OperationException;
import io.shareddb.cluster.role.AppliedSeq.Progress;
import io.shareddb.replication.archive.LeadershipListener;
import io.shareddb.replication.engine.EngineInfo;
import io.shareddb.replication.log.NodeId;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node does, from start to stop: to follow, to lead, to be rebuilt. Thread-safe.
 *
 * <p>A role does not react to events one by one. It looks at what is so now (who leads, how the engine is, what was asked for), takes
 * the one step that leads there, and looks again. So a step may fail, be repeated, or become pointless half-way, and the next
 * look finds that out. All steps run on one thread; listeners are called on it, outside of locks.
 */
public final class NodeRole implements Role {
    private static final Logger log = LoggerFactory.getLogger(NodeRole.class);

    /** The log starts without an engine when that takes longer: the vote counts all the same. */
    private static final Duration LOG_WAITS_FOR_ENGINE = Duration.ofSeconds(15);

    private final RoleParts parts;
    private final RoleSettings settings;
    private final RoleThread thread;
    private final RoleInputs inputs;
    private final RolePublisher publisher;
    private final EngineRunner runner;
    private final Trouble trouble = new Trouble();
    private final LeaderSync sync;
    private final HandOver handOver;
    private final Rebuild rebuild;
    private final Following following;
    private final Leading leading;
    private final PlannedStop plannedStop;
    private final RoleDescription description;
    private final AtomicBoolean queued = new AtomicBoolean();
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();

    // Role thread only.
    private boolean started;
    private boolean ended;
    private long startedNanos;
    private boolean logStarted;
    private int seenGeneration;

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
        this.runner = new EngineRunner(parts.engine(), thread, settings, this::wake);
        RoleContext role = new RoleContext(parts, settings, thread, inputs, runner, trouble, this::wake, this::publish);
        RolePlan plan = new RolePlan(parts.store());
        Adoption adoption = new Adoption(parts.own(), parts.adopted(), parts.archive());
        Settlement settlement =
                new Settlement(parts.own(), parts.log(), parts.archive(), parts.peers(), thread, this::wake);
        this.sync = new LeaderSync(parts, plan);
        this.handOver = new HandOver(parts, settings, thread, runner, adoption, this::wake, this::publish);
        this.rebuild = new Rebuild(role, plan, settlement);
        this.following = new Following(role, plan, settlement, adoption, handOver, rebuild, sync);
        this.leading = new Leading(role, handOver, following, rebuild, sync);
        this.plannedStop = new PlannedStop(role, handOver, leading, sync);
        this.description = new RoleDescription(role, handOver, following, leading, rebuild, sync);
    }

    /** Starts the engine, then the log, then does what the log says. Returns at once; once. */
    @Override
    public void start() {
        thread.execute(() -> {
            started = true;
            startedNanos = thread.nanoTime();
            if (sync.lost()) {
                rebuild.request("the machine lost power while this node led");
            }
            thread.schedule(LOG_WAITS_FOR_ENGINE, this::wake);
            poll();
            turn();
        });
    }

    @Override
    public RoleView view() {
        return publisher.view();
    }

    @Override
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
                : following.progress();
    }

    @Override
    public LeadershipListener leadership() {
        return inputs;
    }

    @Override
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

    @Override
    public void drain(boolean on) {
        inputs.draining(on);
    }

    /** Hands over and stops the engine: no new writes, what waits is finished, another node leads, then the engine stops. */
    @Override
    public CompletionStage<Void> stop() {
        inputs.stop();
        return stopped.copy();
    }

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
            trouble.is(String.valueOf(e.getMessage()));
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
            following.forget();
        }
        String end = leading.reasonToEnd(now);
        if (end != null) {
            leading.end(now, end);
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
            inputs.onFatal(e);
        }
        return true;
    }

    private boolean engineDown(RoleInputs.Snapshot now) {
        if (!parts.engine().managed()) { // comes back when it comes back; what it holds can be replaced only then
            runner.start();
            return false;
        }
        if (rebuild.due()) {
            return rebuildWhenLogRuns(now);
        }
        if (logStarted && rebuild.requestIfBroken(now.leads())) {
            return true;
        }
        runner.start();
        return false;
    }

    private boolean engineReady(RoleInputs.Snapshot now) {
        if (following.hangs()) {
            log.warn(
                    "{}: the engine has not answered for {}ms and is killed",
                    parts.own(),
                    settings.unresponsive().toMillis());
            runner.kill();
            return true;
        }
        String incomplete = runner.incomplete();
        if (!rebuild.due() && incomplete != null) {
            rebuild.request(incomplete);
        }
        if (rebuild.due()) {
            handOver.giveAway(now, "the engine is to be rebuilt");
            return rebuildWhenLogRuns(now);
        }
        if (!following.compared()) {
            return logStarted && following.begin(now);
        }
        if (leading.takeover() != null) {
            return leading.advance(now);
        }
        if (following.ahead() && !now.leads()) {
            following.interrupted();
            return true;
        }
        if (following.brokeOff()) {
            following.again();
            return true;
        }
        return now.leads() && leading.begin(now);
    }

    private boolean rebuildWhenLogRuns(RoleInputs.Snapshot now) {
        if (logStarted) {
            rebuild.begin(now.leads());
        }
        return false;
    }

    private void stopInOrder(RoleInputs.Snapshot now) {
        if (plannedStop.advance(now, logStarted)) {
            ended = true;
            publish();
            stopped.complete(null);
        }
    }

    private void poll() {
        if (ended) {
            return;
        }
        if (runner.ready() && !rebuild.due()) {
            following.look(following.compared() && !leading.stoppedFollowing(), this::engineAnswered);
            if (following.silent()
                    || !description.upToDate()
                    || !following.compared()) { // what it waits for may have come true
                wake();
            }
        }
        if (inputs.now().lacksUpTo() > 0) {
            wake(); // somebody may have come back with what the log lacks
        }
        thread.schedule(settings.poll(), this::poll);
    }

    private void engineAnswered() {
        if (leading.takeover() != null) {
            leading.look();
        } else if (following.compared() && runner.ready() && !rebuild.due()) {
            following.keepUp();
        }
    }

    private void publish() {
        publisher.publish(description.view(inputs.now(), ended));
    }
}
