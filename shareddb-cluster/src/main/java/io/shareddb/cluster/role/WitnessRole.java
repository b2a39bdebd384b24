package io.shareddb.cluster.role;

import io.shareddb.cluster.peer.NodeStatus;
import io.shareddb.cluster.peer.NodeStatusSource;
import io.shareddb.cluster.peer.OperationException;
import io.shareddb.cluster.peer.PeerStatus;
import io.shareddb.replication.archive.LeadershipListener;
import io.shareddb.replication.archive.TransactionArchive;
import io.shareddb.replication.log.NodeId;
import io.shareddb.replication.log.RemovedException;
import io.shareddb.replication.log.ReplicatedLog;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node without an engine does: it keeps the log and votes. It may be elected, because it alone may have the newest entries; then it
 * brings the others up to date and hands leadership to one of them at once. Thread-safe.
 *
 * <p>As {@link NodeRole} it looks at what is so now, takes one step, and looks again, on one thread.
 */
public final class WitnessRole implements Role, NodeStatusSource {
    private static final Logger log = LoggerFactory.getLogger(WitnessRole.class);

    /** Tries to hand over before a planned stop leaves all the same. */
    private static final int TRIES_TO_LEAVE = 3;

    /**
     * What it holds together.
     *
     * @param own this node
     * @param log not started
     * @param startLog starts it with the archive as its listener; blocks
     * @param archive the committed history
     * @param peers what is known of the other members
     */
    public record Parts(
            NodeId own,
            ReplicatedLog log,
            Runnable startLog,
            TransactionArchive archive,
            Supplier<List<PeerStatus>> peers) {}

    private final Parts parts;
    private final RoleSettings settings;
    private final RoleThread thread;
    private final WithoutLeader withoutLeader;
    private final RoleInputs inputs;
    private final RolePublisher publisher;
    private final BackOff transfers;
    private final AtomicBoolean queued = new AtomicBoolean();
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();

    // Role thread only.
    private boolean started;
    private boolean ended;
    private boolean transferring;
    private boolean looksAgain;
    private int tries;

    /**
     * Prepares; nothing happens before {@link #start}.
     *
     * @param thread owned by this role from now on
     */
    public WitnessRole(Parts parts, RoleSettings settings, RoleThread thread, WithoutLeader withoutLeader) {
        this.parts = parts;
        this.settings = settings;
        this.thread = thread;
        this.withoutLeader = withoutLeader;
        this.inputs = new RoleInputs(this::wake);
        this.publisher = new RolePublisher(parts.own().value());
        this.transfers = new BackOff(thread, settings.firstBackOff(), settings.maxBackOff());
    }

    @Override
    public void start() {
        thread.execute(() -> {
            try {
                parts.startLog().run();
            } catch (RuntimeException e) {
                log.error("{}: the log does not start", parts.own(), e);
                inputs.onFatal(e);
            }
            started = true;
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

    @Override
    public NodeStatus status() {
        RoleView view = view();
        String missing = view.state() == NodeState.FOLLOWING ? withoutLeader.describe() : "";
        return NodeStatus.withoutEngine(
                view.state(),
                view.reason().isEmpty() || missing.isEmpty() ? view.reason() + missing : view.reason() + "; " + missing,
                view.epoch(),
                view.leader().orElse(null),
                parts.archive().committed().seq()); // nothing is behind what it does not have
    }

    @Override
    public LeadershipListener leadership() {
        return inputs;
    }

    @Override
    public CompletionStage<NodeId> handOver(Optional<NodeId> to, boolean insist) {
        return CompletableFuture.failedFuture(
                new OperationException(parts.own() + " is a witness: if it leads, it hands over by itself"));
    }

    @Override
    public void drain(boolean on) {
        inputs.draining(on);
    }

    @Override
    public CompletionStage<Void> stop() {
        inputs.stop();
        return stopped.copy();
    }

    @Override
    public void close() {
        Duration limit = settings.transfer().multipliedBy(TRIES_TO_LEAVE).plus(settings.transfer());
        try {
            stop().toCompletableFuture().get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            log.warn("{} did not stop in order within {}ms", parts.own(), limit.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        thread.close();
    }

    private void wake() {
        if (queued.compareAndSet(false, true)) {
            thread.execute(this::turn);
        }
    }

    private void turn() {
        queued.set(false);
        if (!started || ended) {
            return;
        }
        RoleInputs.Snapshot now = inputs.now();
        if (now.leads() && now.fatal() == null) {
            giveAway(now);
        } else {
            tries = 0;
            transfers.succeeded();
        }
        boolean leaves = now.leads()
                && now.fatal() == null
                && tries < TRIES_TO_LEAVE
                && !candidates().isEmpty();
        if (now.stopping() && !leaves) {
            ended = true;
            stopped.complete(null);
        }
        publisher.publish(derive(now));
        if (cutOff(now) && !ended && !looksAgain) {
            looksAgain = true;
            thread.schedule(settings.poll(), this::lookAgain);
        }
    }

    /** Somebody may have come back with what the log lacks. */
    private void lookAgain() {
        looksAgain = false;
        turn();
    }

    private boolean cutOff(RoleInputs.Snapshot now) {
        return now.cutOff(parts.log());
    }

    private List<NodeId> candidates() {
        return LeaderChoice.candidates(
                parts.own(), parts.log().state(), parts.peers().get());
    }

    /** Whoever is best, then the next best, until one leads. */
    private void giveAway(RoleInputs.Snapshot now) {
        if (transferring || !transfers.due(this::wake)) {
            return;
        }
        List<NodeId> candidates = candidates();
        if (candidates.isEmpty()) {
            transfers.failed();
            transfers.due(this::wake);
            return;
        }
        NodeId to = candidates.get(tries++ % candidates.size());
        log.info("{} hands leadership to {}: term={}, it is a witness", parts.own(), to, now.leadingTerm());
        transferring = true;
        parts.log()
                .transferLeadership(to, settings.transfer())
                .whenComplete((unused, failure) -> thread.execute(() -> transferred(to, failure)));
    }

    private void transferred(NodeId to, @Nullable Throwable failure) {
        transferring = false;
        transfers.failed(); // also if it did not: this node hears in a moment that it leads no more, or asks the next
        // one
        if (failure != null) {
            log.info("{} did not take leadership: {}", to, failure.toString());
        }
        wake();
    }

    private RoleView derive(RoleInputs.Snapshot now) {
        Throwable fatal = now.fatal();
        NodeState state = ended
                ? NodeState.STOPPED
                : fatal != null
                        ? NodeState.FAILED
                        : now.stopping() ? NodeState.DRAINING : cutOff(now) ? NodeState.STARTING : NodeState.FOLLOWING;
        String reason = fatal != null
                ? (fatal instanceof RemovedException ? "" : "the log failed: ") + fatal.getMessage()
                : state == NodeState.STARTING
                        ? RoleInputs.CUT_OFF
                        : now.leads() ? "is elected without an engine, and hands leadership over" : "";
        long epoch = now.leader().isPresent() ? now.term() : 0;
        return new RoleView(state, reason, epoch, now.leader(), false, false, false);
    }
}
