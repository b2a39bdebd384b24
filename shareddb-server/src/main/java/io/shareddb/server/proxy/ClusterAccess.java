package io.shareddb.server.proxy;

import io.shareddb.cluster.role.RoleView;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** What the proxy must know of the cluster. Thread-safe; nothing here blocks. */
public interface ClusterAccess {
    /** This node's role now. A write is sent to the local engine only while it says {@code writable}. */
    RoleView role();

    /**
     * Calls {@code listener} after each change of {@link #role} or {@link #leaderEndpoint}, on any thread.
     *
     * @return ends the calls
     */
    Registration onChange(Consumer<RoleView> listener);

    /** The MySQL port of the leader's operator; empty when no leader is known or this node leads. */
    Optional<InetSocketAddress> leaderEndpoint();

    /** The MySQL ports of all other nodes' operators, whether they run or not. */
    List<InetSocketAddress> otherEndpoints();

    /** What is committed, and how far this node is. */
    CommittedHistory history();

    /** The engine of this node; empty while it does not run. */
    Optional<LocalEngine> engine();

    /**
     * What the engines of other nodes are like, for a node that will never have one; empty on all others, and while that is not known.
     * Its address means nothing.
     */
    default Optional<LocalEngine> enginesElsewhere() {
        return Optional.empty();
    }

    /** Why this node, leading, must execute no more writes for now, in words for a client; empty: it may. */
    Optional<String> writesRefused();

    /** For how long no leader has been known, once that makes this node refuse reads that did not ask for stale data; else empty. */
    Optional<Duration> refusesReads();

    /** Ends what was registered; idempotent. */
    @FunctionalInterface
    interface Registration extends AutoCloseable {
        @Override
        void close();
    }
}
