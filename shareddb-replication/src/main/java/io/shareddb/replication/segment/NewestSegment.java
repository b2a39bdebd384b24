package io.shareddb.replication.segment;

import io.shareddb.replication.log.LogCorruptException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Which segment file is the newest, and how long it is at least: records that were on disk must not vanish unnoticed with the file, or the
 * part of a file, that held them. One thread.
 *
 * <pre>
 * int&lt;2&gt; version, 1 | int&lt;8&gt; index of its first record, 0: there is none | int&lt;8&gt; bytes
 * </pre>
 *
 * in an {@link AtomicFile}, written behind the making of a file and ahead of the deleting and cutting of one.
 */
final class NewestSegment {
    /** File name. */
    static final String NAME = "newest";

    private static final short VERSION = 1;
    private static final int BYTES = 18;

    /**
     * The content.
     *
     * @param firstIndex index of its first record; 0: there is no segment
     * @param bytes its length at least
     */
    record State(long firstIndex, long bytes) {
        static final State NONE = new State(0, 0);
    }

    private final AtomicFile file;
    private Optional<State> state;

    private NewestSegment(AtomicFile file, Optional<State> state) {
        this.file = file;
        this.state = state;
    }

    /**
     * Reads what is there.
     *
     * @throws LogCorruptException if the file is damaged
     */
    static NewestSegment open(Disk disk) throws IOException {
        AtomicFile file = new AtomicFile(disk, NAME);
        Optional<ByteBuffer> content = file.read();
        if (content.isPresent()
                && (content.get().remaining() != BYTES || content.get().getShort(0) != VERSION)) {
            throw new LogCorruptException(disk.describe() + "/" + NAME + " is not what this version writes");
        }
        return new NewestSegment(file, content.map(in -> new State(in.getLong(2), in.getLong(10))));
    }

    /** What was saved last, if ever. */
    Optional<State> state() {
        return state;
    }

    /** Saves; durable when this returns. Does nothing if nothing changed. */
    void save(State changed) throws IOException {
        if (state.filter(changed::equals).isPresent()) {
            return;
        }
        file.write(ByteBuffer.allocate(BYTES)
                .putShort(VERSION)
                .putLong(changed.firstIndex())
                .putLong(changed.bytes())
                .flip());
        state = Optional.of(changed);
    }
}
