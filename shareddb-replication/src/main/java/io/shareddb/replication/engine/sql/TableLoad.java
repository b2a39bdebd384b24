package io.shareddb.replication.engine.sql;

import io.shareddb.protocol.packet.OkPacket;
import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.engine.bulk.BulkConnection;
import io.shareddb.replication.engine.bulk.RowSource;
import io.shareddb.replication.snapshot.ProgressMeter;
import io.shareddb.replication.snapshot.SnapshotFormatException;
import io.shareddb.replication.snapshot.SnapshotFrame;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Loads the rows of one table: one thread gives pieces, another has the engine read them. */
final class TableLoad implements RowSource {
    private static final int QUEUED_PIECES = 4;
    private static final int MAX_WARNINGS = 1000;

    /** What the queue holds: rows, or the end. */
    private record Piece(int count, ByteBuffer values, boolean last, long rows) {}

    private final SnapshotFrame.Table table;
    private final long statementBytes;
    private final ProgressMeter meter;
    private final BlockingQueue<Piece> pieces = new ArrayBlockingQueue<>(QUEUED_PIECES);
    private final RowText text;

    private volatile boolean abandoned;

    // Loading thread only.
    private @Nullable Piece current;
    private long bytes; // of this statement
    private boolean ended;

    /** @param statementBytes after which a statement is ended and committed */
    TableLoad(SnapshotFrame.Table table, long statementBytes, ProgressMeter meter) {
        this.table = table;
        this.statementBytes = statementBytes;
        this.meter = meter;
        this.text = new RowText(table.columns().size());
    }

    String name() {
        return table.database() + "." + table.name();
    }

    /** Gives rows. @return false if there was no room within {@code millis} */
    boolean offer(SnapshotFrame.Rows rows, long millis) throws InterruptedException {
        return pieces.offer(new Piece(rows.count(), rows.values(), false, 0), millis, TimeUnit.MILLISECONDS);
    }

    /** Says that there are no more. @return false if there was no room within {@code millis} */
    boolean offerEnd(long rows, long millis) throws InterruptedException {
        return pieces.offer(new Piece(0, ByteBuffer.allocate(0), true, rows), millis, TimeUnit.MILLISECONDS);
    }

    /** What was given does not count any more. */
    void abandon() {
        abandoned = true;
        pieces.clear();
        if (!pieces.offer(new Piece(0, ByteBuffer.allocate(0), true, 0))) {
            throw new IllegalStateException("somebody else gives pieces of " + name());
        }
    }

    boolean abandoned() {
        return abandoned;
    }

    /** Waits for the first rows. @return false if the table is empty */
    boolean awaitRows() throws IOException {
        return peek() != null;
    }

    /** Has the engine read all rows, and commits. */
    void run(BulkConnection engine) throws IOException {
        String sql = statement();
        while (peek() != null) {
            long before = text.rows();
            bytes = 0;
            OkPacket ok = engine.load(sql, this);
            long rows = text.rows() - before;
            List<String> harmful = ok.warnings() == 0
                    ? List.of()
                    : LoadWarnings.harmful(table, engine.rows("SHOW WARNINGS LIMIT " + MAX_WARNINGS));
            if (ok.affectedRows() != rows || !harmful.isEmpty()) {
                throw new EngineException("rows of " + name() + " were not loaded as they are: the engine took "
                        + ok.affectedRows() + " of " + rows + ": " + harmful);
            }
            engine.execute("COMMIT");
        }
    }

    private String statement() {
        List<String> places = new ArrayList<>();
        List<String> sets = new ArrayList<>();
        for (int i = 0; i < table.columns().size(); i++) {
            String column = table.columns().get(i);
            String load = table.loads().get(i);
            if (load.isEmpty()) {
                places.add(column);
            } else {
                String variable = "@c" + i;
                places.add(variable);
                sets.add(column + "=" + load.replace("?", variable));
            }
        }
        return "LOAD DATA LOCAL INFILE 'rows' INTO TABLE " + Quoting.name(table.database()) + "."
                + Quoting.name(table.name()) + " CHARACTER SET binary (" + String.join(",", places) + ")"
                + (sets.isEmpty() ? "" : " SET " + String.join(",", sets));
    }

    /** Text of the rows that are there, up to the end of the table or of the statement. */
    @Override
    public int read(byte[] buffer) throws IOException {
        if (bytes >= statementBytes && text.complete()) {
            return -1;
        }
        int length = 0;
        while (length == 0) {
            Piece piece = peek();
            if (piece == null) {
                return -1;
            }
            long stop = Math.max(0, Math.min(Integer.MAX_VALUE, statementBytes - bytes));
            length = text.convert(piece.values(), buffer, (int) stop);
        }
        bytes += length;
        return length;
    }

    /** The piece that is not read to its end; null when there are no more. */
    private @Nullable Piece peek() throws IOException {
        while (!ended && (current == null || !current.values().hasRemaining())) {
            Piece next;
            try {
                next = pieces.take();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                InterruptedIOException given = new InterruptedIOException("loading is given up");
                given.initCause(e);
                throw given;
            }
            Optional.ofNullable(current).ifPresent(done -> meter.rows(table.id(), done.count()));
            current = next;
            if (next.last()) {
                ended = true;
                if (abandoned) {
                    throw new IOException("the copy begins again");
                }
                if (!text.complete() || text.rows() != next.rows()) {
                    throw new SnapshotFormatException(
                            "snapshot has " + text.rows() + " rows of " + name() + " (expected: " + next.rows() + ")");
                }
            }
        }
        return ended ? null : current;
    }
}
