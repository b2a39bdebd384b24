package io.shareddb.replication.log.raft;

import io.microraft.model.log.LogEntry;
import io.microraft.model.message.AppendEntriesFailureResponse;
import io.microraft.model.message.AppendEntriesRequest;
import io.microraft.model.message.AppendEntriesSuccessResponse;
import io.microraft.model.message.InstallSnapshotRequest;
import io.microraft.model.message.PreVoteRequest;
import io.microraft.model.message.PreVoteResponse;
import io.microraft.model.message.RaftMessage;
import io.microraft.model.message.TriggerLeaderElectionRequest;
import io.microraft.model.message.VoteRequest;
import io.microraft.model.message.VoteResponse;
import io.netty.buffer.ByteBuf;
import io.shareddb.replication.log.NodeId;
import io.shareddb.replication.segment.LogRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Messages as bytes. The sender is not in them: the transport has authenticated it. All numbers big endian.
 *
 * <pre>
 * int&lt;1&gt; type, then by type
 *  1 append     int&lt;4&gt; term | int&lt;4&gt; previous term | int&lt;8&gt; previous index | int&lt;8&gt; commit index | int&lt;8&gt; query
 *               | int&lt;8&gt; flow | entries
 *  2 success    int&lt;4&gt; term | int&lt;8&gt; last index | int&lt;8&gt; query | int&lt;8&gt; flow
 *  3 mismatch   int&lt;4&gt; term | int&lt;8&gt; expected next index | int&lt;8&gt; query | int&lt;8&gt; flow | int&lt;8&gt; sender's last index
 *  4 vote?      int&lt;4&gt; term | int&lt;4&gt; last term | int&lt;8&gt; last index | int&lt;1&gt; 1 if sticky
 *  5 vote       int&lt;4&gt; term | int&lt;1&gt; 1 if granted
 *  6 pre-vote?  int&lt;4&gt; term | int&lt;4&gt; last term | int&lt;8&gt; last index
 *  7 pre-vote   int&lt;4&gt; term | int&lt;1&gt; 1 if granted
 *  8 take over  int&lt;4&gt; term | int&lt;4&gt; last term | int&lt;8&gt; last index
 *  9 behind     int&lt;4&gt; term | int&lt;8&gt; committed index | int&lt;8&gt; query
 * 10 fetch      int&lt;8&gt; request | int&lt;8&gt; from index | int&lt;8&gt; to index
 * 11 fetched    int&lt;8&gt; request | int&lt;8&gt; first index | int&lt;8&gt; from index | entries
 *
 * entries: int&lt;4&gt; count, then for each: int&lt;4&gt; term | int&lt;1&gt; kind | int&lt;4&gt; length | payload; indexes are consecutive
 * </pre>
 */
final class MessageCodec {
    /** Entries of one message stop after this many bytes, but there is at least one. */
    static final int BATCH_BYTES = 1 << 20;

    static final int MAX_PAYLOAD_BYTES = 4 << 20;

    private static final int MAX_ENTRIES = 100_000;
    private static final String GROUP = "log";

    private final RaftModels models = new RaftModels();

    static String group() {
        return GROUP;
    }

    /** Writes a message of the library's. {@code lastIndex}: of our log. {@code out} stays the caller's. */
    void write(ByteBuf out, RaftMessage message, long lastIndex) {
        if (message instanceof AppendEntriesRequest append) {
            out.writeByte(1).writeInt(append.getTerm()).writeInt(append.getPreviousLogTerm());
            out.writeLong(append.getPreviousLogIndex()).writeLong(append.getCommitIndex());
            out.writeLong(append.getQuerySequenceNumber()).writeLong(append.getFlowControlSequenceNumber());
            writeEntries(out, append.getLogEntries());
        } else if (message instanceof AppendEntriesSuccessResponse success) {
            out.writeByte(2).writeInt(success.getTerm()).writeLong(success.getLastLogIndex());
            out.writeLong(success.getQuerySequenceNumber()).writeLong(success.getFlowControlSequenceNumber());
        } else if (message instanceof AppendEntriesFailureResponse failure) {
            out.writeByte(3).writeInt(failure.getTerm()).writeLong(failure.getExpectedNextIndex());
            out.writeLong(failure.getQuerySequenceNumber()).writeLong(failure.getFlowControlSequenceNumber());
            out.writeLong(lastIndex);
        } else if (message instanceof VoteRequest vote) {
            out.writeByte(4)
                    .writeInt(vote.getTerm())
                    .writeInt(vote.getLastLogTerm())
                    .writeLong(vote.getLastLogIndex());
            out.writeBoolean(vote.isSticky());
        } else if (message instanceof VoteResponse vote) {
            out.writeByte(5).writeInt(vote.getTerm()).writeBoolean(vote.isGranted());
        } else if (message instanceof PreVoteRequest vote) {
            out.writeByte(6)
                    .writeInt(vote.getTerm())
                    .writeInt(vote.getLastLogTerm())
                    .writeLong(vote.getLastLogIndex());
        } else if (message instanceof PreVoteResponse vote) {
            out.writeByte(7).writeInt(vote.getTerm()).writeBoolean(vote.isGranted());
        } else if (message instanceof TriggerLeaderElectionRequest transfer) {
            out.writeByte(8).writeInt(transfer.getTerm()).writeInt(transfer.getLastLogTerm());
            out.writeLong(transfer.getLastLogIndex());
        } else if (message instanceof InstallSnapshotRequest snapshot) {
            out.writeByte(9).writeInt(snapshot.getTerm()).writeLong(snapshot.getSnapshotIndex());
            out.writeLong(snapshot.getQuerySequenceNumber());
        } else {
            throw new IllegalArgumentException("a message that is never sent: " + message.getClass());
        }
    }

    void writeFetch(ByteBuf out, Inbound.Fetch fetch) {
        out.writeByte(10)
                .writeLong(fetch.request())
                .writeLong(fetch.fromIndex())
                .writeLong(fetch.toIndex());
    }

    void writeFetched(ByteBuf out, long request, long firstIndex, long fromIndex, List<LogRecord> entries) {
        out.writeByte(11)
                .writeLong(request)
                .writeLong(firstIndex)
                .writeLong(fromIndex)
                .writeInt(entries.size());
        for (LogRecord entry : entries) {
            writeEntry(out, (int) entry.term(), entry.kind(), entry.payload());
        }
    }

    private static void writeEntries(ByteBuf out, List<LogEntry> entries) {
        int countAt = out.writerIndex();
        out.writeInt(0);
        int start = out.writerIndex();
        int count = 0;
        for (LogEntry entry : entries) {
            writeEntry(out, entry.getTerm(), RaftEntry.kind(entry), RaftEntry.bytes(entry));
            count++;
            if (out.writerIndex() - start >= BATCH_BYTES) {
                break; // the receiver reports how far it got, and gets the rest next
            }
        }
        out.setInt(countAt, count);
    }

    private static void writeEntry(ByteBuf out, int term, int kind, ByteBuffer payload) {
        out.writeInt(term).writeByte(kind).writeInt(payload.remaining()).writeBytes(payload.duplicate());
    }

    /**
     * Reads one message. {@code in} stays the caller's; nothing of it is kept.
     *
     * @throws IllegalArgumentException if it is malformed
     */
    Inbound read(NodeId from, ByteBuf in) {
        try {
            Inbound message = read(in.readByte(), new Endpoint(from), in);
            if (in.isReadable()) {
                throw new IllegalArgumentException(in.readableBytes() + " bytes too many");
            }
            return message;
        } catch (IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("message of " + from + " is cut short", e);
        }
    }

    private Inbound read(int type, Endpoint sender, ByteBuf in) {
        return switch (type) {
            case 1 -> append(sender, in);
            case 2 ->
                new Inbound.Plain(models.createAppendEntriesSuccessResponseBuilder()
                        .setGroupId(GROUP)
                        .setSender(sender)
                        .setTerm(term(in))
                        .setLastLogIndex(number(in))
                        .setQuerySequenceNumber(number(in))
                        .setFlowControlSequenceNumber(number(in))
                        .build());
            case 3 ->
                new Inbound.Mismatch(
                        models.createAppendEntriesFailureResponseBuilder()
                                .setGroupId(GROUP)
                                .setSender(sender)
                                .setTerm(term(in))
                                .setExpectedNextIndex(number(in))
                                .setQuerySequenceNumber(number(in))
                                .setFlowControlSequenceNumber(number(in))
                                .build(),
                        number(in));
            case 4 ->
                new Inbound.Plain(models.createVoteRequestBuilder()
                        .setGroupId(GROUP)
                        .setSender(sender)
                        .setTerm(term(in))
                        .setLastLogTerm(term(in))
                        .setLastLogIndex(number(in))
                        .setSticky(in.readBoolean())
                        .build());
            case 5 ->
                new Inbound.Plain(models.createVoteResponseBuilder()
                        .setGroupId(GROUP)
                        .setSender(sender)
                        .setTerm(term(in))
                        .setGranted(in.readBoolean())
                        .build());
            case 6 ->
                new Inbound.Plain(models.createPreVoteRequestBuilder()
                        .setGroupId(GROUP)
                        .setSender(sender)
                        .setTerm(term(in))
                        .setLastLogTerm(term(in))
                        .setLastLogIndex(number(in))
                        .build());
            case 7 ->
                new Inbound.Plain(models.createPreVoteResponseBuilder()
                        .setGroupId(GROUP)
                        .setSender(sender)
                        .setTerm(term(in))
                        .setGranted(in.readBoolean())
                        .build());
            case 8 ->
                new Inbound.Plain(models.createTriggerLeaderElectionRequestBuilder()
                        .setGroupId(GROUP)
                        .setSender(sender)
                        .setTerm(term(in))
                        .setLastLogTerm(term(in))
                        .setLastLogIndex(number(in))
                        .build());
            case 9 -> new Inbound.Behind(term(in), number(in), number(in));
            case 10 -> new Inbound.Fetch(number(in), number(in), number(in));
            case 11 -> fetched(in);
            default -> throw new IllegalArgumentException("message type " + type + " (expected: 1 to 11)");
        };
    }

    private Inbound append(Endpoint sender, ByteBuf in) {
        int term = term(in);
        int previousTerm = term(in);
        long previousIndex = number(in);
        long commitIndex = number(in);
        long query = number(in);
        long flow = number(in);
        return new Inbound.Plain(append(
                sender, term, previousTerm, previousIndex, commitIndex, query, flow, entries(in, previousIndex + 1)));
    }

    /** The library's request for entries after {@code previousIndex}. */
    AppendEntriesRequest append(
            Endpoint sender,
            int term,
            int previousTerm,
            long previousIndex,
            long commitIndex,
            long query,
            long flow,
            List<? extends LogEntry> entries) {
        return models.createAppendEntriesRequestBuilder()
                .setGroupId(GROUP)
                .setSender(sender)
                .setTerm(term)
                .setPreviousLogTerm(previousTerm)
                .setPreviousLogIndex(previousIndex)
                .setCommitIndex(commitIndex)
                .setQuerySequenceNumber(query)
                .setFlowControlSequenceNumber(flow)
                .setLogEntries(List.copyOf(entries))
                .build();
    }

    /** The same success with another last index. */
    AppendEntriesSuccessResponse success(AppendEntriesSuccessResponse success, long lastIndex) {
        return models.createAppendEntriesSuccessResponseBuilder()
                .setGroupId(GROUP)
                .setSender(success.getSender())
                .setTerm(success.getTerm())
                .setLastLogIndex(lastIndex)
                .setQuerySequenceNumber(success.getQuerySequenceNumber())
                .setFlowControlSequenceNumber(success.getFlowControlSequenceNumber())
                .build();
    }

    /** The same request, from a candidate who need not wait until its voters have given up their leader. */
    VoteRequest notSticky(VoteRequest request) {
        return models.createVoteRequestBuilder()
                .setGroupId(GROUP)
                .setSender(request.getSender())
                .setTerm(request.getTerm())
                .setLastLogTerm(request.getLastLogTerm())
                .setLastLogIndex(request.getLastLogIndex())
                .setSticky(false)
                .build();
    }

    /** The library's answer that entry {@code expectedNextIndex} cannot be appended. */
    AppendEntriesFailureResponse mismatch(Endpoint sender, int term, long expectedNextIndex, long query, long flow) {
        return models.createAppendEntriesFailureResponseBuilder()
                .setGroupId(GROUP)
                .setSender(sender)
                .setTerm(term)
                .setExpectedNextIndex(expectedNextIndex)
                .setQuerySequenceNumber(query)
                .setFlowControlSequenceNumber(flow)
                .build();
    }

    private static Inbound fetched(ByteBuf in) {
        long request = number(in);
        long firstIndex = number(in);
        return new Inbound.Fetched(request, firstIndex, entries(in, number(in)));
    }

    private static List<RaftEntry> entries(ByteBuf in, long fromIndex) {
        int count = in.readInt();
        if (count < 0 || count > MAX_ENTRIES) {
            throw new IllegalArgumentException(count + " entries (expected: 0 to " + MAX_ENTRIES + ")");
        }
        List<RaftEntry> entries = new ArrayList<>(Math.min(count, in.readableBytes() / 9 + 1));
        for (int i = 0; i < count; i++) {
            int term = term(in);
            int kind = in.readUnsignedByte();
            int length = in.readInt();
            if (length < 0 || length > MAX_PAYLOAD_BYTES || length > in.readableBytes()) {
                throw new IllegalArgumentException("payload of " + length + " bytes");
            }
            byte[] payload = new byte[length];
            in.readBytes(payload);
            entries.add(RaftEntry.of(fromIndex + i, term, kind, ByteBuffer.wrap(payload)));
        }
        return entries;
    }

    private static int term(ByteBuf in) {
        int term = in.readInt();
        if (term < 0) {
            throw new IllegalArgumentException("term " + term);
        }
        return term;
    }

    private static long number(ByteBuf in) {
        long number = in.readLong();
        if (number < 0) {
            throw new IllegalArgumentException("negative number " + number);
        }
        return number;
    }
}
