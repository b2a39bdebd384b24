package io.shareddb.replication.log.raft;

import io.microraft.impl.RaftNodeImpl;
import io.microraft.model.message.AppendEntriesRequest;
import io.netty.buffer.ByteBuf;
import io.shareddb.replication.log.NodeId;
import io.shareddb.replication.log.transport.LogTransport;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A follower that needs entries which the leader's memory no longer has: fetches them from somebody's segment files. Log's thread only.
 *
 * <p>They are fed to the library as if the leader had sent them: so they are checked against the log before them, replace what conflicts,
 * are on disk before they count and are delivered one by one. All of them are at or before an entry that the leader has committed,
 * so every node that has them has the same.
 */
final class CatchUp {
    private static final Logger log = LoggerFactory.getLogger(CatchUp.class);
    private static final long ANSWER_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final RaftNodeImpl node;
    private final LogTransport transport;
    private final MessageCodec codec;
    private final int maxEntries;
    private final Consumer<AppendEntriesRequest> appender;
    private final LongConsumer onReseedRequired;
    private @Nullable Run run;
    private long requests;
    private long reseedUntilNanos;
    private boolean reseed;

    /** One attempt, under one leader. */
    private static final class Run {
        final NodeId leader;
        final int term;
        final List<NodeId> sources = new ArrayList<>();
        long target;
        long next;
        int previousTerm;
        int source;
        int fruitless;
        boolean skips; // its next entry has to be the one that is here already
        boolean skipped;
        long firstAvailable = Long.MAX_VALUE;
        long request;
        long askedNanos;

        Run(NodeId leader, int term, long target) {
            this.leader = leader;
            this.term = term;
            this.target = target;
        }
    }

    /** {@code maxEntries}: as many fit into the library's memory at once. */
    CatchUp(
            RaftNodeImpl node,
            LogTransport transport,
            MessageCodec codec,
            int maxEntries,
            Consumer<AppendEntriesRequest> appender,
            LongConsumer onReseedRequired) {
        this.node = node;
        this.transport = transport;
        this.codec = codec;
        this.maxEntries = maxEntries;
        this.appender = appender;
        this.onReseedRequired = onReseedRequired;
    }

    /** The leader says that it cannot send what comes next; everything up to {@code committedIndex} is to be had from files. */
    void behind(NodeId leader, int term, long committedIndex) {
        Run current = run;
        if (current != null && current.term == term) {
            current.target = Math.max(current.target, committedIndex);
            return;
        }
        long commitIndex = node.state().commitIndex();
        if (committedIndex <= commitIndex || (reseed && transport.thread().nanoTime() - reseedUntilNanos < 0)) {
            return;
        }
        Run started = new Run(leader, term, committedIndex);
        begin(started);
        started.sources.add(leader);
        for (var member : node.state().members()) {
            NodeId id = Endpoint.id(member);
            if (!id.equals(leader) && !member.equals(node.getLocalEndpoint())) {
                started.sources.add(id);
            }
        }
        log.info(
                "{} fetches entries {} to {}: the leader {} has them on disk only",
                node.getLocalEndpoint(),
                started.next,
                committedIndex,
                leader);
        run = started;
        ask(started);
    }

    private void begin(Run fetching) {
        long commitIndex = node.state().commitIndex();
        fetching.next = commitIndex + 1;
        fetching.previousTerm = termOf(commitIndex);
        fetching.skips = false;
    }

    /**
     * What others have dropped may be here, and merely not known to be committed, as after a restart. If the first entry that they
     * have is here as well, so are all before it, the same ones.
     */
    private boolean skip(Run current, long firstAvailable) {
        boolean isHere = firstAvailable > current.next
                && firstAvailable <= current.target
                && firstAvailable <= node.state().log().lastLogOrSnapshotIndex();
        if (!isHere || current.skipped) {
            return false;
        }
        current.next = firstAvailable;
        current.previousTerm = termOf(firstAvailable - 1);
        current.skips = true;
        current.skipped = true;
        return true;
    }

    private int termOf(long index) {
        return PresentStart.termOf(node.state().log(), index);
    }

    private void ask(Run current) {
        current.request = ++requests;
        current.askedNanos = transport.thread().nanoTime();
        ByteBuf frame = transport.frame(32);
        codec.writeFetch(frame, new Inbound.Fetch(current.request, current.next, current.target));
        transport.send(current.sources.get(current.source), frame);
        transport.flush();
    }

    void fetched(Inbound.Fetched answer) {
        Run current = run;
        if (current == null || answer.request() != current.request) {
            return;
        }
        if (current.term != node.state().term()) {
            run = null; // the new leader will say what it has
            return;
        }
        if (answer.entries().isEmpty() || answer.entries().get(0).getIndex() != current.next) {
            current.firstAvailable = Math.min(current.firstAvailable, Math.max(answer.firstIndex(), 1));
            if (skip(current, answer.firstIndex())) {
                ask(current);
            } else {
                askNext(current, true);
            }
            return;
        }
        List<RaftEntry> entries = answer.entries();
        if (current.skips && entries.get(0).getTerm() != termOf(current.next)) {
            begin(current); // something else is here: what was skipped may be something else as well
            askNext(current, true);
            return;
        }
        current.skips = false;
        for (int from = 0; from < entries.size(); from += maxEntries) {
            if (!append(current, entries.subList(from, Math.min(entries.size(), from + maxEntries)))) {
                run = null; // refused; the leader's next message shows where we are
                return;
            }
        }
        current.fruitless = 0;
        if (current.next > current.target) {
            log.info("{} has caught up to entry {}", node.getLocalEndpoint(), current.target);
            reseed = false;
            run = null;
        } else {
            ask(current);
        }
    }

    private boolean append(Run current, List<RaftEntry> entries) {
        RaftEntry last = entries.get(entries.size() - 1);
        appender.accept(codec.append(
                new Endpoint(current.leader),
                current.term,
                current.previousTerm,
                current.next - 1,
                Math.min(last.getIndex(), current.target),
                0,
                0,
                entries));
        current.next = last.getIndex() + 1;
        current.previousTerm = last.getTerm();
        return node.state().term() == current.term && node.state().log().lastLogOrSnapshotIndex() >= last.getIndex();
    }

    private void askNext(Run current, boolean lacks) {
        current.source = (current.source + 1) % current.sources.size();
        current.fruitless += lacks ? 1 : 0;
        if (current.fruitless < current.sources.size()) {
            ask(current);
            return;
        }
        run = null;
        reseed = true;
        reseedUntilNanos = transport.thread().nanoTime() + RETRY_NANOS;
        log.warn(
                "{} needs entry {}, which nobody keeps any more: the first one that is left is {}",
                node.getLocalEndpoint(),
                current.next,
                current.firstAvailable);
        onReseedRequired.accept(current.firstAvailable);
    }

    /** To be called now and then: asks another node if one does not answer. */
    void tick() {
        Run current = run;
        if (current == null) {
            return;
        }
        if (current.term != node.state().term()) {
            run = null;
        } else if (transport.thread().nanoTime() - current.askedNanos > ANSWER_NANOS) {
            askNext(current, false);
        }
    }
}
