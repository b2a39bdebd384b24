package io.shareddb.replication.snapshot;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** Reads what {@link SnapshotWriter} wrote, one frame at a time. One thread; the stream stays the caller's. */
public final class SnapshotReader {
    private final BlockInput in;

    public SnapshotReader(InputStream in) throws IOException {
        this.in = new BlockInput(in, SnapshotWriter.MAGIC, SnapshotWriter.VERSION, "snapshot");
    }

    /** The next frame; there is always one until {@link SnapshotFrame.End}. */
    public SnapshotFrame read() throws IOException {
        byte[] plain = in.read();
        try {
            return SnapshotFrame.read(new DataInputStream(new ByteArrayInputStream(plain)));
        } catch (EOFException e) {
            throw new SnapshotFormatException("frame of " + plain.length + " bytes ends too soon", e);
        }
    }

    /** Bytes of all frames so far, uncompressed. */
    public long plainBytes() {
        return in.plainBytes();
    }
}
