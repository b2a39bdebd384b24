package io.shareddb.replication.log.raft;

import io.microraft.RaftEndpoint;
import io.microraft.impl.RaftNodeImpl;
import io.microraft.impl.log.RaftLog;
import io.microraft.model.log.LogEntry;
import io.microraft.model.message.AppendEntriesRequest;
import io.microraft.model.message.AppendEntriesSuccessResponse;
import io.microraft.model.message.RaftMessage;
import io.microraft.transport.Transport;
import io.netty.buffer.ByteBuf;
import io.shareddb.replication.log.NodeId;
import io.shareddb.replication.log.transport.LogTransport;
import io.shareddb.replication.segment.SegmentLog;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Collects what the library sends while a batch is worked on, and encodes it when the batch is done. Log's thread only.
 *
 * <p>Waiting has a use: the library sends an append when the first entry of a batch comes, and nothing more before it is answered. When
 * it is encoded, the rest of the batch is in the log, and goes along: entries behind the ones that were asked for, of the same leader's
 * log. The follower reports the last one that it has, which is all that the leader reckons with.
 */
final class Outbox implements Transport {
    private record Outgoing(NodeId target, RaftMessage message) {}

    private static final int MESSAGE_BYTES = 64;

    private final LogTransport transport;
    private final MessageCodec codec;
    private final SegmentLog segments;
    private final Predicate<RaftMessage> dropped;
    private final Consumer<Throwable> onFailure;
    private final List<Outgoing> waiting = new ArrayList<>();
    private @Nullable RaftNodeImpl node;
    private long successOffset;
    private boolean stopped;

    /** @param dropped what is not sent; the library sends it again, as if it had got lost */
    Outbox(
            LogTransport transport,
            MessageCodec codec,
            SegmentLog segments,
            Predicate<RaftMessage> dropped,
            Consumer<Throwable> onFailure) {
        this.transport = transport;
        this.codec = codec;
        this.segments = segments;
        this.dropped = dropped;
        this.onFailure = onFailure;
    }

    void node(RaftNodeImpl started) {
        node = started;
    }

    /** Nothing leaves any more, also what waits already. */
    void stop() {
        stopped = true;
        waiting.clear();
    }

    /** Until it is set back to 0: added to the last index of every success that is sent; see {@link RaftCore}. */
    void successOffset(long offset) {
        successOffset = offset;
    }

    @Override
    public void send(RaftEndpoint target, RaftMessage message) {
        if (stopped || dropped.test(message)) {
            return;
        }
        RaftMessage patched = message;
        if (successOffset > 0 && message instanceof AppendEntriesSuccessResponse success) {
            patched = codec.success(success, success.getLastLogIndex() + successOffset);
        }
        waiting.add(new Outgoing(Endpoint.id(target), patched));
    }

    @Override
    public boolean isReachable(RaftEndpoint endpoint) {
        return true;
    }

    /** Encodes and sends everything. */
    void flush() {
        if (waiting.isEmpty()) {
            return;
        }
        for (int i = 0; i < waiting.size() && !stopped; i++) {
            Outgoing outgoing = waiting.get(i);
            ByteBuf frame = transport.frame(MESSAGE_BYTES);
            try {
                codec.write(frame, complete(outgoing.target(), outgoing.message()), segments.lastIndex());
            } catch (RuntimeException | OutOfMemoryError e) {
                frame.release(); // an entry cannot be read back, or only a new process helps
                onFailure.accept(e);
                return;
            }
            transport.send(outgoing.target(), frame);
        }
        waiting.clear();
        transport.flush();
    }

    /**
     * The request with all entries that the log holds by now. A node whose removal is one of them gets no more: with it, it would refuse
     * to vote for those who lack it, and may be needed for that.
     */
    private RaftMessage complete(NodeId target, RaftMessage message) {
        RaftNodeImpl raft = node;
        if (!(message instanceof AppendEntriesRequest append)
                || append.getLogEntries().isEmpty()
                || raft == null
                || raft.state().leaderState() == null
                || raft.state().term() != append.getTerm()
                || !raft.state().isKnownMember(new Endpoint(target))) {
            return message;
        }
        RaftLog log = raft.state().log();
        List<LogEntry> entries = append.getLogEntries();
        long first = entries.get(0).getIndex();
        long last =
                Math.min(log.lastLogOrSnapshotIndex(), first + raft.getConfig().getAppendEntriesRequestBatchSize() - 1);
        if (last <= entries.get(entries.size() - 1).getIndex() || !log.containsLogEntry(first)) {
            return message;
        }
        return codec.append(
                (Endpoint) append.getSender(),
                append.getTerm(),
                append.getPreviousLogTerm(),
                append.getPreviousLogIndex(),
                Math.max(append.getCommitIndex(), raft.state().commitIndex()),
                append.getQuerySequenceNumber(),
                append.getFlowControlSequenceNumber(),
                log.getLogEntriesBetween(first, last));
    }
}
