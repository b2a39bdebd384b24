package io.shareddb.cluster.repair;

import io.shareddb.cluster.member.LocalNode;
import io.shareddb.cluster.member.PeerAddress;
import io.shareddb.cluster.member.StateException;
import io.shareddb.cluster.peer.Failures;
import io.shareddb.cluster.peer.NodeStatus;
import io.shareddb.cluster.peer.PeerStatus;
import io.shareddb.cluster.peer.RemoveRequest;
import io.shareddb.cluster.role.NodeState;
import io.shareddb.replication.log.NodeId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives up a log that cannot serve: it is damaged or gone, or lacks entries that nobody keeps any more. Thread-safe.
 *
 * <pre>
 * wanted ──on disk──► leader is asked to remove this id ──decided by the others──► new id on disk ──► closed, started again, joins
 *                          └─ nobody leads, or too few would be left: waits, and says so
 * </pre>
 *
 * <p>With its log a node has forgotten what it voted for and what it had acknowledged, so it must not speak under its id again. The others remove that
 * one first, by a majority that does not need it; so nodes that are needed for one never forget, and no two at a time do. Every step can be
 * repeated after a crash: a node that finds itself removed while it wants to be replaced has got what it asked for.
 */
public final class LogReplacement {
    private static final Logger log = LoggerFactory.getLogger(LogReplacement.class);

    /** Asks the leader to remove a node; never blocks, and answers within a time limit. */
    public interface Removal {
        /** Fails if it is refused, or not known whether it was done. */
        CompletionStage<RemoveRequest> remove(PeerAddress leader, RemoveRequest request);
    }

    private final LocalNode local;
    private final Supplier<List<PeerStatus>> peers;
    private final Removal removal;
    private final Runnable stepDown;
    private final Consumer<LogReplacedException> replaced;
    private final AtomicBoolean asking = new AtomicBoolean();
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile Optional<String> wanted;
    private volatile String waits = "a leader is looked for";

    /**
     * Goes on with what was wanted before.
     *
     * @param peers what is known of the other members
     * @param stepDown makes another node lead if this one does; must not block
     * @param replaced called once, when the new id is on disk; any thread, must not block
     */
    public LogReplacement(
            LocalNode local,
            Supplier<List<PeerStatus>> peers,
            Removal removal,
            Runnable stepDown,
            Consumer<LogReplacedException> replaced) {
        this.local = local;
        this.peers = peers;
        this.removal = removal;
        this.stepDown = stepDown;
        this.replaced = replaced;
        this.wanted = local.replacing();
    }

    /** The log cannot serve. Can be repeated; the first reason counts. Writes to disk. */
    public void want(String reason) {
        if (wanted.isPresent()) {
            return;
        }
        log.warn("{} is to be replaced by a new member on this node: {}", local.id(), reason);
        wanted = Optional.of(reason);
        remember(reason);
    }

    private boolean remember(String reason) {
        try {
            local.wantReplacement(reason);
            return true;
        } catch (StateException e) {
            wait(String.valueOf(e.getMessage()));
            return false;
        }
    }

    /** Whether it is under way. */
    public boolean wanted() {
        return wanted.isPresent();
    }

    /** What is done about the log, for people; empty when there is nothing to do. */
    public Optional<String> status() {
        return wanted.map(reason -> "its log begins anew under another id, because " + reason + ": " + waits);
    }

    /** Does the next step; now and then, on one thread. */
    public void tick() {
        Optional<String> reason = wanted;
        if (reason.isEmpty() || over.get() || !remember(reason.get())) {
            return;
        }
        stepDown.run();
        Optional<PeerStatus> leader =
                peers.get().stream().filter(LogReplacement::leads).findFirst();
        if (leader.isEmpty()) {
            wait(
                    "waits for a leader, which the other nodes can have without this one if more than half of them are well;"
                            + " none is in sight");
            return;
        }
        if (!asking.compareAndSet(false, true)) {
            return;
        }
        NodeId own = local.id();
        removal.remove(leader.get().member().api(), new RemoveRequest(own.value(), false, reason.get()))
                .whenComplete((done, failure) -> {
                    asking.set(false);
                    if (failure == null) {
                        removed();
                    } else {
                        wait(leader.get().member().name() + " does not remove it yet: "
                                + Failures.cause(failure).getMessage());
                    }
                });
    }

    private void wait(String why) {
        if (!why.equals(waits)) {
            log.info("{} {}", local.id(), why);
            waits = why;
        }
    }

    private static boolean leads(PeerStatus peer) {
        NodeStatus status = peer.lastKnown();
        return peer.reachable() && status != null && status.state() == NodeState.LEADING && status.writable();
    }

    /** The others have removed this node's id, which it asked for. Can be repeated. Writes to disk. */
    public void removed() {
        if (!wanted() || !over.compareAndSet(false, true)) {
            return;
        }
        try {
            NodeId next = local.beginAnew();
            replaced.accept(new LogReplacedException(
                    local.id() + " is removed and comes back as " + next + ": " + wanted.orElse("")));
        } catch (StateException e) {
            over.set(false); // its disk fails: tried again
            wait(String.valueOf(e.getMessage()));
        }
    }
}
