package io.shareddb.replication.log.raft;

import io.microraft.impl.log.RaftLog;
import io.microraft.impl.state.RaftState;
import io.shareddb.replication.log.LogListener;
import io.shareddb.replication.log.LogStart;
import io.shareddb.replication.log.Position;
import java.nio.ByteBuffer;

/** Where a log can begin that needs nothing of before now. Stateless; log's thread only. */
final class PresentStart {
    private PresentStart() {}

    /** Behind the last entry that {@code listener} was told. */
    static LogStart of(RaftState state, LogListener listener) {
        long index = state.lastApplied();
        ByteBuffer marker = listener.takeMarker();
        ByteBuffer payload = ByteBuffer.allocate(marker.remaining()).put(marker).flip();
        return new LogStart(
                new Position(termOf(state.log(), index), index),
                MemberChanges.members(state.committedGroupMembers()),
                payload.asReadOnlyBuffer());
    }

    /** Of an entry that is in memory, or is the newest marker's. */
    static int termOf(RaftLog memory, long index) {
        if (index == 0) {
            return 0;
        }
        return memory.snapshotIndex() == index
                ? memory.snapshotEntry().getTerm()
                : memory.getLogEntry(index).getTerm();
    }
}
