package io.shareddb.cluster.peer;

import io.shareddb.cluster.member.PeerAddress;
import java.util.concurrent.CompletionStage;

/**
 * Asks other nodes to do something. Thread-safe, never blocks; every answer comes within a time limit or fails: with
 * {@link OperationException} if nothing was done, with {@link PeerException} if that is not known.
 */
public interface OperationClient {
    /** Asks the leader to hand over; takes some seconds. */
    CompletionStage<TransferResult> transfer(PeerAddress leader, TransferRequest request);

    /** Asks a node to leave leadership to others. */
    CompletionStage<DrainRequest> drain(PeerAddress address, DrainRequest request);

    /** Asks the leader to remove a node. */
    CompletionStage<RemoveRequest> remove(PeerAddress leader, RemoveRequest request);

    /** Asks to be taken in; any member passes it on to the leader. */
    CompletionStage<JoinResult> join(PeerAddress address, JoinRequest request);
}
