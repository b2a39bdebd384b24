package io.shareddb.cluster.peer;

import io.shareddb.cluster.member.Member;
import io.shareddb.cluster.member.Membership;
import io.shareddb.cluster.member.PeerAddress;
import java.util.concurrent.CompletionStage;

/** Asks other nodes. Thread-safe, never blocks; every answer comes within a time limit or fails with {@link PeerException}. */
public interface PeerClient {
    /** Who is there and how it does. */
    CompletionStage<PeerReport> report(PeerAddress address);

    /**
     * Asks a node to agree to a formation; it has it on disk when it answers.
     *
     * @return what it has agreed to: {@code plan}, or an earlier one that it is bound by; fails with {@link OperationException} if the
     *     plan is not for it
     */
    CompletionStage<Membership> propose(PeerAddress address, Membership plan);

    /** Tells a node where this one is now. */
    CompletionStage<Member> announce(PeerAddress address, Member own);
}
