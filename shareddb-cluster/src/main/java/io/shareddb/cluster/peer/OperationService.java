package io.shareddb.cluster.peer;

import java.util.concurrent.CompletionStage;

/** What can be asked of a node. Thread-safe, does not block; every stage fails with {@link OperationException} if nothing was done. */
public interface OperationService {
    /** Lets another node lead. */
    CompletionStage<TransferResult> transfer(TransferRequest request);

    /**
     * Makes a node leave leadership to others, or takes that back.
     *
     * @return completes with {@code request}
     */
    CompletionStage<DrainRequest> drain(DrainRequest request);

    /**
     * Removes a node from the cluster, for good.
     *
     * @return completes with {@code request} when that is decided; can be repeated
     */
    CompletionStage<RemoveRequest> remove(RemoveRequest request);
}
