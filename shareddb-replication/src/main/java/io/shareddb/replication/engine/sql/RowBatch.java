package io.shareddb.replication.engine.sql;

import io.shareddb.replication.snapshot.SnapshotFrame;
import io.shareddb.replication.snapshot.SnapshotWriter;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Collects rows and writes them as a frame when there are enough. One thread. */
final class RowBatch implements AutoCloseable {
    private static final int MAX_BYTES = 1 << 20;
    private static final int MAX_ROWS = 500;

    private final SnapshotWriter writer;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);
    private int count;

    RowBatch(SnapshotWriter writer) {
        this.writer = writer;
    }

    void value(byte @Nullable [] value) throws IOException {
        out.writeInt(value == null ? 0 : value.length + 1);
        if (value != null) {
            out.write(value);
        }
    }

    /** Ends a row, and the frame when it is large enough. @return true if a frame was written */
    boolean endRow() throws IOException {
        count++;
        if (count < MAX_ROWS && bytes.size() < MAX_BYTES) {
            return false;
        }
        flush();
        return true;
    }

    private void flush() throws IOException {
        if (count > 0) {
            writer.write(new SnapshotFrame.Rows(count, ByteBuffer.wrap(bytes.toByteArray())));
            bytes.reset();
            count = 0;
        }
    }

    /** Writes what is left. Also after a failure, which is harmless: the copy is void then. */
    @Override
    public void close() throws IOException {
        flush();
    }
}
