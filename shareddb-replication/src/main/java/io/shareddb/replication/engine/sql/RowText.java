package io.shareddb.replication.engine.sql;

import io.shareddb.replication.snapshot.SnapshotFormatException;
import java.nio.ByteBuffer;

/**
 * Turns the values of a snapshot's rows into the text that {@code LOAD DATA} reads with its defaults: tabs between values, a line feed after
 * each row, backslashes before either and before themselves, {@code \N} for NULL. One thread.
 */
final class RowText {
    /** What the end of a value may add at once. */
    private static final int ROOM = 4;

    private final int columns;
    private int column;
    private int lengthBytes; // of the next value's length, so far
    private int length;
    private int left; // bytes of the value that are to come
    private long rows;

    RowText(int columns) {
        this.columns = columns;
    }

    /** Rows that ended so far. */
    long rows() {
        return rows;
    }

    /** Between two rows. */
    boolean complete() {
        return column == 0 && lengthBytes == 0 && left == 0;
    }

    /**
     * Takes what it can of {@code values}.
     *
     * @param into at least 16 bytes; filled from its beginning
     * @param stop when so many bytes are in {@code into}, it ends with the next row
     * @return how many bytes are in {@code into}
     */
    int convert(ByteBuffer values, byte[] into, int stop) throws SnapshotFormatException {
        int at = 0;
        while (values.hasRemaining() && at < into.length - ROOM) {
            if (left > 0) {
                at = copy(values, into, at);
            } else {
                length = length << 8 | (values.get() & 0xff);
                if (++lengthBytes < Integer.BYTES) {
                    continue;
                }
                lengthBytes = 0;
                if (length < 0) {
                    throw new SnapshotFormatException("value of " + length + " bytes (expected: at least 0)");
                }
                left = Math.max(0, length - 1);
                if (length == 0) {
                    into[at++] = '\\';
                    into[at++] = 'N';
                }
            }
            if (left == 0 && lengthBytes == 0) {
                length = 0;
                if (++column < columns) {
                    into[at++] = '\t';
                } else {
                    into[at++] = '\n';
                    column = 0;
                    rows++;
                    if (at >= stop) {
                        return at;
                    }
                }
            }
        }
        return at;
    }

    private int copy(ByteBuffer values, byte[] into, int begin) {
        byte[] from = values.array();
        int offset = values.arrayOffset() + values.position();
        int some = Math.min(left, values.remaining());
        int room = into.length - ROOM;
        int at = begin;
        int done = 0;
        while (done < some && at < room) {
            byte b = from[offset + done++];
            switch (b) {
                case '\n' -> {
                    into[at++] = '\\';
                    into[at++] = 'n';
                }
                case '\t' -> {
                    into[at++] = '\\';
                    into[at++] = 't';
                }
                case '\\' -> {
                    into[at++] = '\\';
                    into[at++] = '\\';
                }
                default -> into[at++] = b;
            }
        }
        values.position(values.position() + done);
        left -= done;
        return at;
    }
}
