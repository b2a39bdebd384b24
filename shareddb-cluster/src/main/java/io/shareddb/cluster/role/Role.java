package io.shareddb.cluster.role;

import io.shareddb.cluster.peer.OperationException;
import io.shareddb.replication.archive.LeadershipListener;
import io.shareddb.replication.log.NodeId;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** What a node does, from start to stop. Thread-safe. */
public interface Role extends AutoCloseable {
    /** Starts what it needs, then does what the log says. Returns at once; once. */
    void start();

    /** Whom the log tells who leads; also before {@link #start}. */
    LeadershipListener leadership();

    /** The role now. */
    RoleView view();

    /** {@code listener} gets the present view at once, then each change in order; it must not block. */
    void addListener(Consumer<RoleView> listener);

    /**
     * Lets another node lead, in order: clients that are connected to any node wait for a moment, and notice nothing else where their
     * sessions hold nothing that only this node's engine has.
     *
     * @param to who should lead; empty: whoever is best
     * @param insist cut off what clients are at if they are at work without a break
     * @return completes with the new leader, which may not take writes yet; fails with {@link OperationException}
     */
    CompletionStage<NodeId> handOver(Optional<NodeId> to, boolean insist);

    /** Leaves leadership to others as long as there are any, until this is taken back or the process ends. */
    void drain(boolean on);

    /**
     * Hands over and stops in order.
     *
     * @return completes when this node does nothing any more
     */
    CompletionStage<Void> stop();

    /** {@link #stop}, waits for it, and ends the threads. */
    @Override
    void close();
}
