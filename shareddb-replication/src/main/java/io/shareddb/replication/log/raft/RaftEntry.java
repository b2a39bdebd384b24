package io.shareddb.replication.log.raft;

import io.microraft.model.groupop.UpdateRaftGroupMembersOp;
import io.microraft.model.log.LogEntry;
import io.microraft.model.log.LogEntry.LogEntryBuilder;
import java.nio.ByteBuffer;

/** The library's log entry: position and operation, which is an {@link EntryData} or a change of members. */
final class RaftEntry implements LogEntry, LogEntryBuilder {
    private static final long serialVersionUID = 1;

    private long index;
    private int term;
    private transient Object operation = "none";

    static RaftEntry of(long index, int term, int kind, ByteBuffer payload) {
        Object operation = kind == EntryKind.MEMBERS ? MembersCodec.read(payload) : new EntryData(kind, payload);
        return new RaftEntry()
                .setIndex(index)
                .setTerm(term)
                .setOperation(operation)
                .build();
    }

    @Override
    public RaftEntry setIndex(long value) {
        index = value;
        return this;
    }

    @Override
    public RaftEntry setTerm(int value) {
        term = value;
        return this;
    }

    @Override
    public RaftEntry setOperation(Object value) {
        operation = value;
        return this;
    }

    @Override
    public RaftEntry build() {
        if (operation instanceof EntryData data) {
            data.place(index, term);
        }
        return this;
    }

    @Override
    public long getIndex() {
        return index;
    }

    @Override
    public int getTerm() {
        return term;
    }

    @Override
    public Object getOperation() {
        return operation;
    }

    static int kind(LogEntry entry) {
        return entry.getOperation() instanceof EntryData data ? data.kind() : EntryKind.MEMBERS;
    }

    static ByteBuffer bytes(LogEntry entry) {
        return entry.getOperation() instanceof EntryData data
                ? data.bytes()
                : MembersCodec.write((UpdateRaftGroupMembersOp) entry.getOperation());
    }

    @Override
    public String toString() {
        return "entry " + index + " of term " + term;
    }
}
