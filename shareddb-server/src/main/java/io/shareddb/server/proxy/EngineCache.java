package io.shareddb.server.proxy;

import io.shareddb.replication.engine.Gtid;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The local engine as it was seen last, so that no statement has to ask the node about it. Thread-safe. */
final class EngineCache {
    private final ClusterAccess cluster;
    private volatile @Nullable LocalEngine seen;

    EngineCache(ClusterAccess cluster) {
        this.cluster = cluster;
    }

    /** The engine, empty while it does not run. */
    Optional<LocalEngine> now() {
        Optional<LocalEngine> engine = cluster.engine();
        engine.ifPresent(found -> seen = found);
        return engine;
    }

    /**
     * The engine, also while it does not run; empty only if it never did. Its family and version do not change. On a node without one,
     * what the others' are like.
     */
    Optional<LocalEngine> last() {
        LocalEngine known = seen;
        if (known != null) {
            return Optional.of(known);
        }
        Optional<LocalEngine> found = now();
        if (found.isEmpty()) {
            found = cluster.enginesElsewhere();
            found.ifPresent(elsewhere -> seen = elsewhere);
        }
        return found;
    }

    /** What the engine calls a transaction {@code text}, which it has just reported. */
    Gtid gtid(String text) {
        return last().map(engine -> engine.family().gtid(text))
                .orElseThrow(() -> new IllegalStateException("no engine, but a commit of it: " + text));
    }

    /** As {@link io.shareddb.replication.engine.SessionDialect#resetForgetsCharset}. */
    boolean resetForgetsCharset() {
        return last().map(engine -> engine.family().sessions().resetForgetsCharset())
                .orElse(false);
    }

    /** Whether no client may change {@code variable}. */
    boolean isFenced(String variable) {
        return last().map(engine -> engine.family().sessions().fencedVariables().contains(variable))
                .orElse(false);
    }
}
