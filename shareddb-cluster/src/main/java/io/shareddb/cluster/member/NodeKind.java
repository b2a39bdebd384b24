package io.shareddb.cluster.member;

/** What a node is there for. */
public enum NodeKind {
    /** It votes, may lead, and serves. */
    FULL,
    /** It follows and answers reads, and never votes or leads: any number of them leaves writes as quick as before. */
    REPLICA
}
