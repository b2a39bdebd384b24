package io.shareddb.replication.snapshot;

import io.shareddb.replication.engine.EnginePosition;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;

/** Copies of an engine as its files, where the operator owns them. Thread-safe; one copy at a time in each direction. */
public interface FileCopies {
    /**
     * Gives a copy of this engine, which must follow: it applies nothing while its files are copied on its own disk, and everything again
     * while that copy is sent. The position that is told may be less than what the copy holds.
     *
     * @see CopyForm#FILES
     */
    SnapshotSource source();

    /**
     * Receives a copy and keeps it beside the engine, whose data stay as they are; blocks. The engine may run or not.
     *
     * @param in what {@link #source} wrote; not closed
     * @return what the copy holds at least
     * @throws io.shareddb.replication.engine.EngineException if it does not fit here, and no other donor's would
     */
    EnginePosition receive(InputStream in, Consumer<SnapshotProgress> progress) throws IOException;

    /** Makes what was received last the engine's data, instead of those that are there, whole or not at all; the engine does not run. */
    void install();
}
