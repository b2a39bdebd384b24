package io.shareddb.replication.engine.external;

/** What becomes of data that an engine holds when a node takes it for the first time. */
public enum ExistingData {
    /** Such an engine is not taken. */
    REFUSE,

    /** It stays, and is the beginning of the cluster's history. */
    KEEP,

    /** A copy from another node replaces it; somebody has said so by name. */
    REPLACE
}
