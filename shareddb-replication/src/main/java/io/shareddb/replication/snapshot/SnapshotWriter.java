package io.shareddb.replication.snapshot;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Writes a snapshot as SQL and rows. Thread-safe: each thread's frames stay in their order, and compression is done in parallel. The stream
 * stays the caller's.
 * <pre>"SHDBSNAP" | u16 version = 2 | frames as {@link SnapshotFrame} says, each in a block of {@link BlockOutput}</pre>
 */
public final class SnapshotWriter {
    static final String MAGIC = "SHDBSNAP";
    static final int VERSION = 2;

    private final BlockOutput out;

    public SnapshotWriter(OutputStream out) throws IOException {
        this.out = new BlockOutput(out, MAGIC, VERSION);
    }

    public void write(SnapshotFrame frame) throws IOException {
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        SnapshotFrame.write(frame, new DataOutputStream(plain));
        out.write(plain.toByteArray());
    }

    /** Bytes of all frames before compression. */
    public long plainBytes() {
        return out.plainBytes();
    }

    public void flush() throws IOException {
        out.flush();
    }
}
