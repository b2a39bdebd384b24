package io.shareddb.replication.log.raft;

import io.microraft.model.message.AppendEntriesFailureResponse;
import io.microraft.model.message.RaftMessage;
import java.util.List;

/** A message from another node; layouts in {@link MessageCodec}. */
sealed interface Inbound {
    /** One of the library's that needs nothing of ours. */
    record Plain(RaftMessage message) implements Inbound {}

    /**
     * The sender's log does not hold the entry before the ones that were sent.
     *
     * @param lastIndex the sender's last entry
     */
    record Mismatch(AppendEntriesFailureResponse message, long lastIndex) implements Inbound {}

    /**
     * From a leader, instead of the library's InstallSnapshot: its memory begins after what the receiver needs next.
     *
     * @param committedIndex an entry that is committed; the receiver fetches those up to there from somebody's files
     */
    record Behind(int term, long committedIndex, long querySequenceNumber) implements Inbound {}

    /** Asks for committed entries from files. */
    record Fetch(long request, long fromIndex, long toIndex) implements Inbound {}

    /**
     * The answer: entries from the asked index on; none if the sender does not have it.
     *
     * @param firstIndex the first entry that the sender can read
     */
    record Fetched(long request, long firstIndex, List<RaftEntry> entries) implements Inbound {}
}
