package io.shareddb.replication.log.raft;

import io.microraft.impl.statemachine.InternalCommitAware;
import io.microraft.statemachine.StateMachine;
import io.shareddb.replication.log.LogEntry;
import io.shareddb.replication.log.LogListener;
import io.shareddb.replication.log.Position;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;

/** What the library calls its state machine: hands committed entries to the listener. Log's thread only. */
final class Deliverer implements StateMachine, InternalCommitAware {
    private static final int MAX_MARKER_BYTES = 64 << 10;

    /** A query that asks for nothing but its commit index. */
    static final Object BARRIER = "barrier";

    /** What delivering means for the rest of the node. */
    interface Progress {
        boolean isStopped();

        /** Term of a committed entry in memory. */
        long termOf(long index);

        /** The entry was delivered. */
        void delivered(Position position, boolean newTerm);

        void fail(Throwable cause);
    }

    private final LogListener listener;
    private final Progress progress;

    Deliverer(LogListener listener, Progress progress) {
        this.listener = listener;
        this.progress = progress;
    }

    @Override
    public Object runOperation(long commitIndex, Object operation) {
        if (operation instanceof EntryData data) {
            deliver(data, data.kind() == EntryKind.NEW_TERM);
        }
        return operation;
    }

    @Override
    public void onInternalCommit(long commitIndex) {
        EntryData entry = new EntryData(EntryKind.MEMBERS, ByteBuffer.allocate(0));
        entry.place(commitIndex, progress.termOf(commitIndex));
        deliver(entry, false);
    }

    private void deliver(LogEntry entry, boolean newTerm) {
        if (progress.isStopped()) {
            return;
        }
        try {
            listener.onCommitted(entry);
        } catch (RuntimeException | Error e) {
            progress.fail(e);
            return;
        }
        progress.delivered(entry.position(), newTerm);
    }

    @Override
    public void takeSnapshot(long commitIndex, Consumer<Object> chunks) {
        try {
            ByteBuffer marker = listener.takeMarker();
            if (marker.remaining() > MAX_MARKER_BYTES) {
                throw new IllegalArgumentException("the application's marker has " + marker.remaining()
                        + " bytes (expected: at most " + MAX_MARKER_BYTES + ")");
            }
            ByteBuffer copy = ByteBuffer.allocate(marker.remaining());
            copy.put(marker.duplicate()).flip();
            chunks.accept(copy.asReadOnlyBuffer());
        } catch (RuntimeException | Error e) {
            progress.fail(e);
            throw e;
        }
    }

    /** Only called at start, with the marker that the listener has been told already: nothing is ever skipped while running. */
    @Override
    public void installSnapshot(long commitIndex, List<Object> chunks) {}

    @Override
    public Object getNewTermOperation() {
        return EntryData.newTerm();
    }
}
