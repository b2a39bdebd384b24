package io.shareddb.replication.log.raft;

import io.microraft.impl.RaftNodeImpl;
import io.microraft.impl.state.FollowerState;
import io.microraft.impl.state.LeaderState;
import io.microraft.model.message.AppendEntriesFailureResponse;
import io.microraft.model.message.AppendEntriesSuccessResponse;
import io.microraft.model.message.RaftMessage;
import java.util.function.Consumer;

/** What a leader makes of followers' answers to its appends before the library sees them. Log's thread only. */
final class FollowerAnswers {
    private final RaftNodeImpl node;
    private final MessageCodec codec;
    private final Consumer<RaftMessage> library;

    /** @param library takes a message at once */
    FollowerAnswers(RaftNodeImpl node, MessageCodec codec, Consumer<RaftMessage> library) {
        this.node = node;
        this.codec = codec;
        this.library = library;
    }

    /** Within a term there is one leader and one leadership: an answer of the current term belongs to the current one. */
    private boolean isStale(RaftMessage answer) {
        return answer.getTerm() < node.state().term();
    }

    void success(AppendEntriesSuccessResponse response) {
        if (isStale(response)) {
            return;
        }
        library.accept(response);
        LeaderState leaderState = node.state().leaderState();
        FollowerState follower = leaderState == null ? null : leaderState.getFollowerStateOrNull(response.getSender());
        if (follower != null
                && !follower.isRequestBackoffSet()
                && follower.matchIndex() > 0
                && follower.nextIndex() <= node.state().log().lastLogOrSnapshotIndex()) {
            node.sendAppendEntriesRequest(response.getSender());
        }
    }

    /**
     * The follower's log ends at {@code lastIndex} or conflicts: the library goes back one entry for each such answer, so it gets as many
     * as it takes. All but the last carry no flow control number, so that nothing is sent before the last.
     */
    void mismatch(AppendEntriesFailureResponse response, long lastIndex) {
        LeaderState leaderState = node.state().leaderState();
        if (isStale(response)) {
            return;
        }
        FollowerState follower = leaderState == null ? null : leaderState.getFollowerStateOrNull(response.getSender());
        if (follower == null
                || response.getTerm() > node.state().term()
                || response.getExpectedNextIndex() != follower.nextIndex()) {
            library.accept(response);
            return;
        }
        Endpoint sender = (Endpoint) response.getSender();
        if (follower.nextIndex() - 1 <= follower.matchIndex()) {
            // A late answer to an earlier attempt: by now the follower has what it lacked. It only shows that it lives.
            library.accept(codec.mismatch(
                    sender,
                    response.getTerm(),
                    0,
                    response.getQuerySequenceNumber(),
                    response.getFlowControlSequenceNumber()));
            return;
        }
        long next = Math.max(follower.matchIndex() + 1, Math.min(follower.nextIndex() - 1, lastIndex + 1));
        for (long expected = follower.nextIndex(); expected > next + 1 && follower.isRequestBackoffSet(); expected--) {
            library.accept(codec.mismatch(sender, response.getTerm(), expected, 0, 0));
        }
        library.accept(codec.mismatch(
                sender,
                response.getTerm(),
                follower.nextIndex(),
                response.getQuerySequenceNumber(),
                response.getFlowControlSequenceNumber()));
    }
}
