package io.shareddb.cluster.role;

import io.shareddb.cluster.peer.OperationException;
import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.log.NodeId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leadership goes to another node. Role thread only, but for the stages that it returns.
 *
 * <p>{@link #giveAway} does that at once, where this node cannot lead. {@link #begin} does it in order, without a client noticing
 * more than a pause:
 *
 * <pre>
 * NONE → QUIESCING   nothing new begins, what clients are at is finished; 150 ms at most
 *          ⇅
 *        PAUSED      not all of it was: clients go on for half a second before the next attempt
 *      → CLOSED      nobody writes here any more; the successor gets the rest of the log and is elected
 *      → GONE        it leads; or none does, and this node was asked to leave all the same
 * </pre>
 */
final class HandOver {
    private static final Logger log = LoggerFactory.getLogger(HandOver.class);
    private static final Duration LOOK = Duration.ofMillis(3);
    private static final Duration ATTEMPT = Duration.ofMillis(150);
    private static final Duration GRACE_OF_TRANSACTIONS = Duration.ofMillis(75);
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final int ATTEMPTS = 5;

    /** Attempts that wait for open transactions; later ones leave them to be rolled back, which clients can repeat. */
    private static final int PATIENT_ATTEMPTS = 3;

    /** What happens if it does not go smoothly. */
    enum Mode {
        /** Leadership stays here when clients are at work without a break. */
        IF_QUIET,
        /** What clients are at is cut off in the end; leadership stays here only if nobody takes it. */
        INSIST,
        /** This node leads no more, whatever happens. */
        LEAVE
    }

    private enum Phase {
        NONE,
        QUIESCING,
        PAUSED,
        CLOSED,
        GONE
    }

    private final RoleParts parts;
    private final RoleSettings settings;
    private final RoleThread thread;
    private final EngineRunner runner;
    private final Adoption adoption;
    private final Runnable wake;
    private final Runnable publish;
    private final BackOff transfers;
    private boolean transferring;
    private int transferTries;

    private Phase phase = Phase.NONE;
    private Mode mode = Mode.IF_QUIET;
    private boolean clean = true;
    private int attempt;
    private long phaseSinceNanos;
    private Clients.@Nullable Work work;
    private boolean asking;
    private final ArrayDeque<NodeId> successors = new ArrayDeque<>();
    private CompletableFuture<NodeId> done = new CompletableFuture<>();

    /** @param publish tells what the role is now */
    HandOver(
            RoleParts parts,
            RoleSettings settings,
            RoleThread thread,
            EngineRunner runner,
            Adoption adoption,
            Runnable wake,
            Runnable publish) {
        this.parts = parts;
        this.settings = settings;
        this.thread = thread;
        this.runner = runner;
        this.adoption = adoption;
        this.wake = wake;
        this.publish = publish;
        this.transfers = new BackOff(thread, settings.firstBackOff(), settings.maxBackOff());
    }

    /** Whether another node is asked to lead at this moment. */
    boolean transferring() {
        return transferring;
    }

    boolean active() {
        return phase != Phase.NONE;
    }

    /** Clients wait, for a moment. */
    boolean holds() {
        return phase == Phase.QUIESCING || phase == Phase.CLOSED;
    }

    /** Clients do not write here any more. */
    boolean closed() {
        return phase == Phase.CLOSED || phase == Phase.GONE;
    }

    /** There is nothing left to do. */
    boolean gone() {
        return phase == Phase.GONE;
    }

    /** Whether the engine became read-only behind everything that clients had begun. */
    boolean clean() {
        return clean;
    }

    /** Whether somebody could lead instead, and did not refuse just now. */
    boolean due() {
        return !candidates().isEmpty() && transfers.due(wake);
    }

    /** Voters that can take over, best first. */
    List<NodeId> candidates() {
        return adoption.mayLead(LeaderChoice.candidates(
                parts.own(), parts.log().state(), parts.peers().get()));
    }

    /** Why this node should not begin to lead, and somebody else could. */
    Optional<String> yields(RoleInputs.Snapshot now) {
        if (now.draining() && !candidates().isEmpty()) {
            return Optional.of("is drained");
        }
        return LeaderChoice.tooNew(
                runner.info(), parts.own(), parts.log().state(), parts.peers().get());
    }

    /** The next refusal to lead is the first one again. */
    void forgetFailures() {
        transfers.succeeded();
    }

    /** Somebody else should lead at once; tried again and again while this node does. */
    void giveAway(RoleInputs.Snapshot now, String reason) {
        if (!now.leads() || transferring || active() || !transfers.due(wake)) {
            return;
        }
        List<NodeId> candidates = candidates();
        if (candidates.isEmpty()) {
            transfers.failed();
            transfers.due(wake);
            return;
        }
        NodeId to = candidates.get(transferTries++ % candidates.size());
        log.info("{} hands leadership to {}: term={} {}", parts.own(), to, now.leadingTerm(), reason);
        transfer(to, failure -> {
            if (failure == null) {
                transfers.succeeded();
            } else {
                transfers.failed();
            }
        });
    }

    private void transfer(NodeId to, Consumer<@Nullable Throwable> told) {
        transferring = true;
        parts.log()
                .transferLeadership(to, settings.transfer())
                .whenComplete((unused, failure) -> thread.execute(() -> {
                    transferring = false;
                    if (failure != null) {
                        log.info("{} did not take leadership: {}", to, failure.toString());
                    }
                    told.accept(failure);
                    wake.run();
                }));
    }

    /**
     * Begins in order, or joins what is under way.
     *
     * @param wanted who should lead; empty: whoever is best
     * @param told hears of the new leader, who may be another one if elections interfere, or of a {@link OperationException}
     */
    void begin(Optional<NodeId> wanted, Mode how, CompletableFuture<NodeId> told) {
        List<NodeId> candidates = candidates();
        if (!active() && wanted.isPresent() && !candidates.contains(wanted.get())) {
            told.completeExceptionally(
                    new OperationException(wanted.get() + " cannot lead now (expected: one of " + candidates + ")"));
            return;
        }
        if (!active() && candidates.isEmpty() && how != Mode.LEAVE) {
            told.completeExceptionally(new OperationException("no other node can lead now"));
            return;
        }
        if (active()) {
            mode = how.compareTo(mode) > 0 ? how : mode;
        } else {
            successors.clear();
            successors.addAll(wanted.map(List::of).orElse(candidates));
            done = new CompletableFuture<>();
            mode = how;
            clean = true;
            attempt = 0;
            quiesce();
        }
        var unused = done.whenComplete((leader, failure) -> {
            if (failure == null) {
                told.complete(leader);
            } else {
                told.completeExceptionally(failure);
            }
        });
    }

    private void enter(Phase next) {
        phase = next;
        phaseSinceNanos = thread.nanoTime();
        publish.run();
    }

    private void quiesce() {
        attempt++;
        work = null;
        enter(Phase.QUIESCING);
        wake.run();
    }

    private boolean hasLasted(Duration limit) {
        return thread.nanoTime() - phaseSinceNanos >= limit.toNanos();
    }

    /**
     * Goes on.
     *
     * @param open clients may write to the engine
     */
    void advance(boolean open) {
        if (phase == Phase.PAUSED && hasLasted(PAUSE)) {
            quiesce();
        } else if (phase == Phase.QUIESCING) {
            Clients.Work seen = work;
            work = null;
            if (!open || (seen != null && isQuiet(seen))) {
                close(open);
            } else if (!hasLasted(ATTEMPT)) {
                ask();
            } else if (attempt < ATTEMPTS) {
                enter(Phase.PAUSED);
                thread.schedule(PAUSE, wake);
            } else if (mode != Mode.IF_QUIET) {
                close(true);
            } else {
                fail("clients are at work without a break (" + (seen == null ? "unknown" : seen)
                        + "): leadership stays here");
            }
        }
    }

    private boolean isQuiet(Clients.Work seen) {
        boolean leavesTransactions = attempt > PATIENT_ATTEMPTS && hasLasted(GRACE_OF_TRANSACTIONS);
        return seen.executing() == 0 && (seen.inTransaction() == 0 || leavesTransactions);
    }

    private void ask() {
        if (asking) {
            return;
        }
        asking = true;
        parts.clients()
                .work()
                .whenComplete((seen, failure) -> thread.execute(() -> {
                    asking = false;
                    work = seen;
                    if (seen != null && isQuiet(seen)) {
                        wake.run();
                    } else {
                        thread.schedule(LOOK, wake);
                    }
                }));
    }

    private void close(boolean open) {
        long quiesced = (thread.nanoTime() - phaseSinceNanos) / 1_000_000;
        enter(Phase.CLOSED);
        if (open && runner.ready()) {
            try { // the capture still acknowledges, so what waits can finish
                clean = runner.engine().closeForWrites(mode == Mode.LEAVE ? settings.drain() : settings.close());
            } catch (EngineException e) {
                clean = false;
            }
        }
        log.info(
                "{} takes no more writes: attempts={} quiesced={}ms closed={}ms clean={}",
                parts.own(),
                attempt,
                quiesced,
                (thread.nanoTime() - phaseSinceNanos) / 1_000_000,
                clean);
        handToNext("no other node can lead now");
    }

    private void handToNext(String problem) {
        NodeId to = successors.poll();
        if (to == null) {
            fail(problem);
            return;
        }
        CompletableFuture<NodeId> asked = done;
        transfer(to, failure -> {
            boolean lost = phase != Phase.CLOSED; // the end of leadership was heard of first
            if (failure == null) {
                log.info("{} handed leadership to {}", parts.own(), to);
                if (!lost) {
                    enter(Phase.GONE);
                }
                asked.complete(to);
            } else if (lost) {
                Optional<NodeId> leader = parts.log().state().leader().filter(other -> !other.equals(parts.own()));
                leader.ifPresent(asked::complete);
                asked.completeExceptionally(
                        new OperationException("leadership was lost, but not to " + to + ": " + failure.getMessage()));
            } else {
                handToNext(to + " did not take leadership: " + failure.getMessage());
            }
        });
    }

    /** Nobody took it. */
    private void fail(String why) {
        log.warn("{} keeps leadership: {}", parts.own(), why);
        boolean wasClosed = phase == Phase.CLOSED;
        if (mode == Mode.LEAVE) {
            enter(Phase.GONE);
        } else {
            if (wasClosed) {
                reopen();
            }
            enter(Phase.NONE);
            transfers.failed();
        }
        done.completeExceptionally(new OperationException(why));
        wake.run();
    }

    private void reopen() {
        try {
            runner.engine().openForWrites();
        } catch (RuntimeException e) {
            log.warn("{}: the engine cannot be made writable again and is killed: {}", parts.own(), e.toString());
            runner.kill();
        }
    }

    /** This node does not lead any more, in order or not. */
    void over(RoleInputs.Snapshot now, String reason) {
        if (!active()) {
            return;
        }
        phase = Phase.NONE;
        if (transferring) {
            return; // that will tell
        }
        Optional<NodeId> leader = now.leader().filter(node -> !node.equals(parts.own()));
        if (leader.isPresent()) {
            done.complete(leader.get());
        } else {
            done.completeExceptionally(new OperationException(reason));
        }
    }
}
