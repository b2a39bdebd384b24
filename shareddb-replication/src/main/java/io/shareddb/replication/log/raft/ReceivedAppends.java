package io.shareddb.replication.log.raft;

import io.microraft.impl.RaftNodeImpl;
import io.microraft.impl.log.RaftLog;
import io.microraft.impl.state.RaftState;
import io.microraft.model.groupop.UpdateRaftGroupMembersOp;
import io.microraft.model.log.LogEntry;
import io.microraft.model.message.AppendEntriesRequest;
import io.microraft.model.message.RaftMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** What a follower makes of a leader's appends before the library sees them. Log's thread only. */
final class ReceivedAppends {
    private final RaftNodeImpl node;
    private final MessageCodec codec;
    private final Outbox outbox;
    private final Consumer<RaftMessage> library;
    private final BooleanSupplier stopped;
    private final Consumer<Throwable> fail;

    /**
     * Makes one.
     *
     * @param library takes a message at once
     * @param stopped whether nothing may happen any more
     * @param fail stops everything
     */
    ReceivedAppends(
            RaftNodeImpl node,
            MessageCodec codec,
            Outbox outbox,
            Consumer<RaftMessage> library,
            BooleanSupplier stopped,
            Consumer<Throwable> fail) {
        this.node = node;
        this.codec = codec;
        this.outbox = outbox;
        this.library = library;
        this.stopped = stopped;
        this.fail = fail;
    }

    void append(AppendEntriesRequest received) {
        RaftState state = node.state();
        RaftLog memory = state.log();
        AppendEntriesRequest request = corrected(received);
        long marker = memory.snapshotIndex();
        long previous = request.getPreviousLogIndex();
        if (request.getTerm() < state.term()
                || marker == 0
                || previous > marker
                || holds(memory, previous)
                || (previous == marker && memory.lastLogOrSnapshotIndex() == marker)) {
            library.accept(request);
            return;
        }
        if (previous == marker
                && request.getPreviousLogTerm() != memory.snapshotEntry().getTerm()) {
            fail.accept(new IllegalStateException(
                    "the leader " + request.getSender() + " has entry " + previous + " of term "
                            + request.getPreviousLogTerm() + ", which was committed here in term "
                            + memory.snapshotEntry().getTerm()));
            return;
        }
        // Up to the marker everything is committed, so it is the same here and there. The library is told that the
        // entries behind
        // it come first of all, which it does not verify; the answer is put right on its way out.
        List<LogEntry> behind = new ArrayList<>();
        for (LogEntry entry : untilSecondChange(request.getLogEntries(), 0)) {
            if (entry.getIndex() > marker) {
                behind.add(entry);
            }
        }
        withOffset(
                marker,
                codec.append(
                        (Endpoint) request.getSender(),
                        request.getTerm(),
                        0,
                        0,
                        0,
                        request.getQuerySequenceNumber(),
                        request.getFlowControlSequenceNumber(),
                        behind));
        commitBehindMarker(request, behind);
    }

    /** After a restart, the library takes entries for present that were before the marker then: their places are empty. */
    private static boolean holds(RaftLog memory, long index) {
        return memory.containsLogEntry(index)
                && memory.getLogEntriesBetween(index, index).get(0) != null;
    }

    /** The rest of {@link #append}: what was appended behind the marker may be committed already. */
    private void commitBehindMarker(AppendEntriesRequest request, List<LogEntry> behind) {
        RaftState state = node.state();
        if (stopped.getAsBoolean() || behind.isEmpty() || state.term() != request.getTerm()) {
            return;
        }
        long last =
                Math.min(behind.get(behind.size() - 1).getIndex(), state.log().lastLogOrSnapshotIndex());
        LogEntry entry = state.log().getLogEntry(last);
        if (entry != null && Math.min(last, request.getCommitIndex()) > state.commitIndex()) {
            library.accept(codec.append(
                    (Endpoint) request.getSender(),
                    request.getTerm(),
                    entry.getTerm(),
                    last,
                    request.getCommitIndex(),
                    0,
                    0,
                    List.of()));
        }
    }

    /**
     * As the library can take it. A change of members is only appended when the one before it is committed: so what is committed can be told
     * from the log. And an append that was overtaken by later ones ends before what is known to be committed: the library would go back
     * to its end if the leader had committed more meanwhile.
     */
    private AppendEntriesRequest corrected(AppendEntriesRequest request) {
        List<LogEntry> entries = untilSecondChange(request.getLogEntries(), request.getCommitIndex());
        long committed = request.getCommitIndex();
        long known = node.state().effectiveGroupMembers().getLogIndex();
        if (known > committed
                && known <= request.getPreviousLogIndex()
                && entries.stream().anyMatch(ReceivedAppends::changesMembers)) {
            committed = known;
        }
        long current = node.state().commitIndex();
        if (committed > current && request.getPreviousLogIndex() + entries.size() < current) {
            committed = current;
        }
        if (committed == request.getCommitIndex() && entries == request.getLogEntries()) {
            return request;
        }
        return codec.append(
                (Endpoint) request.getSender(),
                request.getTerm(),
                request.getPreviousLogTerm(),
                request.getPreviousLogIndex(),
                committed,
                request.getQuerySequenceNumber(),
                request.getFlowControlSequenceNumber(),
                entries);
    }

    /** The rest comes again, as the leader is told how far this node got. Changes up to {@code committed} do not count. */
    private static List<LogEntry> untilSecondChange(List<LogEntry> entries, long committed) {
        boolean changed = false;
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i).getIndex() > committed && changesMembers(entries.get(i))) {
                if (changed) {
                    return entries.subList(0, i);
                }
                changed = true;
            }
        }
        return entries;
    }

    private static boolean changesMembers(LogEntry entry) {
        return entry.getOperation() instanceof UpdateRaftGroupMembersOp;
    }

    /** An append whose answer says that this node has {@code offset} entries more than the library knows of. */
    void withOffset(long offset, AppendEntriesRequest request) {
        outbox.successOffset(offset);
        try {
            library.accept(request);
        } finally {
            outbox.successOffset(0);
        }
    }
}
