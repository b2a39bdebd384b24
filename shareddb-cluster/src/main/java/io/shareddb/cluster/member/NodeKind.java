package io.shareddb.cluster.member;

/** What a node is there for. */
public enum NodeKind {
    /** It votes, may lead, and serves. */
    FULL(true),
    /** It follows and answers reads, and never votes or leads: any number of them leaves writes as quick as before. */
    REPLICA(false),
    /** It votes and keeps the log, and has no engine: it passes clients on, and never leads for longer than it takes to hand over. */
    WITNESS(true);

    private final boolean votes;

    NodeKind(boolean votes) {
        this.votes = votes;
    }

    /** Whether its disk is to count. */
    public boolean votes() {
        return votes;
    }
}
