package io.shareddb.replication.engine.sql;

import io.shareddb.replication.engine.bulk.RowSink;
import io.shareddb.replication.snapshot.ProgressMeter;
import io.shareddb.replication.snapshot.SnapshotFrame;
import io.shareddb.replication.snapshot.SnapshotWriter;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Writes the rows of one table in pieces of a fixed size, wherever values end. One thread. */
final class RowPieces implements RowSink {
    private static final int PIECE = 256 << 10;

    private final SnapshotWriter writer;
    private final int table;
    private final ProgressMeter meter;
    private final Runnable written;
    private final ByteBuffer piece = ByteBuffer.allocate(PIECE);
    private int ended; // rows, in this piece
    private long rows;

    /** @param written runs after each piece */
    RowPieces(SnapshotWriter writer, int table, ProgressMeter meter, Runnable written) {
        this.writer = writer;
        this.table = table;
        this.meter = meter;
        this.written = written;
    }

    @Override
    public void nullValue() throws IOException {
        length(0);
    }

    @Override
    public void value(long length) throws IOException {
        length((int) length + 1); // at most 1 GB
    }

    private void length(int value) throws IOException {
        if (piece.remaining() < Integer.BYTES) {
            flush();
        }
        piece.putInt(value);
    }

    @Override
    public void bytes(byte[] buffer, int offset, int length) throws IOException {
        int done = 0;
        while (done < length) {
            if (!piece.hasRemaining()) {
                flush();
            }
            int some = Math.min(piece.remaining(), length - done);
            piece.put(buffer, offset + done, some);
            done += some;
        }
    }

    @Override
    public void endRow() {
        ended++;
    }

    private void flush() throws IOException {
        piece.flip();
        writer.write(new SnapshotFrame.Rows(table, ended, piece));
        piece.clear();
        rows += ended;
        meter.rows(table, ended);
        ended = 0;
        written.run();
    }

    /** After the last row. */
    void end() throws IOException {
        if (piece.position() > 0) {
            flush();
        }
        writer.write(new SnapshotFrame.TableEnd(table, rows));
        meter.tableEnd(table);
        written.run();
    }
}
