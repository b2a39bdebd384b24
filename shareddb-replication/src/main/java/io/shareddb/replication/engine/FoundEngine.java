package io.shareddb.replication.engine;

import org.jspecify.annotations.Nullable;

/**
 * What a node finds when it looks at its engine, before it is in a cluster. Immutable.
 *
 * @param kind which engine it is; null: the node has none
 * @param content what it holds
 * @param digest of what it holds; null: it was not read
 */
public record FoundEngine(
        @Nullable EngineKind kind,
        EngineContent content,
        @Nullable ContentDigest digest) {
    /** Of a node without an engine. */
    public static final FoundEngine NONE = new FoundEngine(null, EngineContent.NOTHING, null);

    /** Of an engine that holds nothing. */
    public static FoundEngine empty(EngineKind kind) {
        return new FoundEngine(kind, EngineContent.NOTHING, null);
    }
}
