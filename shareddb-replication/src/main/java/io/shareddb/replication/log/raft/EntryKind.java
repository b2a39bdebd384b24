package io.shareddb.replication.log.raft;

/** What a record in a segment file or a message is; the numbers are part of both formats. */
final class EntryKind {
    /** The first entry of a leader; no payload. */
    static final int NEW_TERM = 0;

    /** The application's bytes. */
    static final int APPLICATION = 1;

    /** A change of members; {@link MembersCodec}. */
    static final int MEMBERS = 2;

    private EntryKind() {}
}
