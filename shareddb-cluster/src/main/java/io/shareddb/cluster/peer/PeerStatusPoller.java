package io.shareddb.cluster.peer;

import io.shareddb.cluster.discovery.Discovery;
import io.shareddb.cluster.member.Member;
import io.shareddb.cluster.member.MemberDirectory;
import io.shareddb.cluster.member.Membership;
import io.shareddb.cluster.member.PeerAddress;
import io.shareddb.replication.log.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks all other members now and then how they do, and learns where they moved to. Thread-safe.
 *
 * <p>A member that does not answer at the address that is known for it is looked for at what {@link Discovery} finds.
 */
public final class PeerStatusPoller implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PeerStatusPoller.class);

    private record Known(@Nullable NodeStatus status, long nanos, boolean reachable, String problem) {}

    private final NodeId own;
    private final MemberDirectory directory;
    private final Discovery discovery;
    private final PeerClient client;
    private final LongSupplier nanoTime;
    private final Consumer<PeerReport> listener;
    private final Map<NodeId, Known> known = new HashMap<>(); // guarded by this
    private final Set<PeerAddress> asking = new HashSet<>(); // guarded by this: one question at a time to each
    private @Nullable ScheduledFuture<?> timer; // guarded by this

    /**
     * Prepares; nothing is asked before {@link #start} or {@link #poll}.
     *
     * @param nanoTime monotonic, nanoseconds
     * @param listener hears what members of this cluster answer, and of one that goes on in its place; must not block
     */
    public PeerStatusPoller(
            NodeId own,
            MemberDirectory directory,
            Discovery discovery,
            PeerClient client,
            LongSupplier nanoTime,
            Consumer<PeerReport> listener) {
        this.own = own;
        this.directory = directory;
        this.discovery = discovery;
        this.client = client;
        this.nanoTime = nanoTime;
        this.listener = listener;
        long now = nanoTime.getAsLong();
        directory.others(own).forEach(member -> known.put(member.id(), new Known(null, now, false, "not asked yet")));
    }

    /** Asks every {@code period} on {@code executor}, which stays the caller's. */
    public synchronized void start(ScheduledExecutorService executor, Duration period) {
        timer = executor.scheduleWithFixedDelay(this::pollSafely, 0, period.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void pollSafely() {
        try {
            poll();
        } catch (RuntimeException e) {
            log.warn("cannot ask the other members: {}", e.toString());
        }
    }

    /** Asks everybody once; does not wait for the answers. */
    public void poll() {
        Set<PeerAddress> addresses = new HashSet<>();
        boolean missing = false;
        for (Member member : directory.others(own)) {
            synchronized (this) {
                known.putIfAbsent(member.id(), new Known(null, nanoTime.getAsLong(), false, "not asked yet"));
            }
            addresses.add(member.api());
            missing |= !reachable(member.id());
        }
        if (missing) {
            addresses.addAll(discovery.addresses());
        }
        directory.member(own).ifPresent(member -> addresses.remove(member.api()));
        addresses.forEach(this::ask);
    }

    private void ask(PeerAddress address) {
        synchronized (this) {
            if (!asking.add(address)) {
                return;
            }
        }
        client.report(address).whenComplete((report, failure) -> {
            synchronized (this) {
                asking.remove(address);
            }
            if (report != null) {
                onReport(address, report);
            } else if (failure != null) {
                onFailure(address, failure);
            }
        });
    }

    private void onReport(PeerAddress address, PeerReport report) {
        Membership agreed = report.agreed();
        NodeId id = report.member().id();
        lost(address, id, "somebody else answers there: " + id);
        if (agreed != null && agreed.replaces().contains(directory.clusterId())) {
            listener.accept(report);
            return;
        }
        if (agreed == null || !agreed.clusterId().equals(directory.clusterId()) || id.equals(own)) {
            return;
        }
        if (directory.update(report.member())) {
            log.info("{} moved: {}", id, report.member());
        }
        report.members().forEach(directory::heard);
        announce(address, report);
        listener.accept(report);
        if (directory.member(id).isEmpty()) {
            return; // it is no member, or not yet
        }
        boolean back;
        synchronized (this) {
            Known before = known.put(id, new Known(report.status(), nanoTime.getAsLong(), true, ""));
            back = before != null && !before.reachable();
        }
        if (back) {
            log.info("{} answers", report.member().describe());
        }
    }

    /** Tells a member where this node is if it takes it to be elsewhere. */
    private void announce(PeerAddress address, PeerReport report) {
        Optional<Member> mine = directory.member(own);
        boolean elsewhere = report.members().stream()
                .anyMatch(member ->
                        member.id().equals(own) && !mine.filter(member::equals).isPresent());
        if (elsewhere && mine.isPresent()) {
            client.announce(address, mine.get()).whenComplete((done, failure) -> {
                if (failure == null) {
                    log.info(
                            "{} was told where this node is: {}",
                            report.member().describe(),
                            mine.get());
                }
            });
        }
    }

    private void onFailure(PeerAddress address, Throwable failure) {
        lost(address, null, String.valueOf(Failures.cause(failure).getMessage()));
    }

    /** Members that are taken to be there do not answer, but for {@code answering}. */
    private void lost(PeerAddress address, @Nullable NodeId answering, String problem) {
        for (Member member : directory.others(own)) {
            if (!member.api().equals(address) || member.id().equals(answering)) {
                continue;
            }
            boolean lost;
            synchronized (this) {
                Known before = known.get(member.id());
                known.put(
                        member.id(),
                        before == null
                                ? new Known(null, nanoTime.getAsLong(), false, problem)
                                : new Known(before.status(), before.nanos(), false, problem));
                lost = before != null && before.reachable();
            }
            if (lost) {
                log.warn("{} does not answer: {}", member.describe(), problem);
            }
        }
    }

    private synchronized boolean reachable(NodeId id) {
        Known state = known.get(id);
        return state != null && state.reachable();
    }

    /** All other members in order of id. */
    public List<PeerStatus> statuses() {
        List<PeerStatus> statuses = new ArrayList<>();
        for (Member member : directory.others(own)) {
            synchronized (this) {
                Known state = known.get(member.id());
                if (state != null) {
                    Duration age = Duration.ofNanos(nanoTime.getAsLong() - state.nanos());
                    statuses.add(new PeerStatus(member, state.reachable(), state.status(), age, state.problem()));
                }
            }
        }
        return statuses;
    }

    @Override
    public synchronized void close() {
        if (timer != null) {
            timer.cancel(false);
        }
    }
}
