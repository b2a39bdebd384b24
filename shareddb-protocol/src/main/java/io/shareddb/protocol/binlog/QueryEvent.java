package io.shareddb.protocol.binlog;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.wire.Bytes;
import io.shareddb.protocol.wire.Fields;
import java.nio.charset.StandardCharsets;

/**
 * {@link EventType#QUERY}: a statement as text.
 *
 * <pre>
 * int&lt;4&gt; thread id | int&lt;4&gt; seconds it took | int&lt;1&gt; length of the database | int&lt;2&gt; error
 * int&lt;2&gt; length of the status variables | status variables | database | 00 | rest: text
 * </pre>
 *
 * @param database current when the statement ran; may be empty
 * @param text in the character set that the status variables name
 */
public record QueryEvent(long threadId, int error, String database, Bytes text) {
    private static final byte[] COMMIT = "COMMIT".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ROLLBACK = "ROLLBACK".getBytes(StandardCharsets.US_ASCII);

    /** Reads {@code event}, which stays the caller's and unread. */
    public static QueryEvent read(ByteBuf event, Checksum checksum) {
        ByteBuf body = EventHeader.body(event, checksum);
        long threadId = Fields.readInt4(body);
        Fields.skip(body, 4);
        int databaseBytes = Fields.readInt1(body);
        int error = Fields.readInt2(body);
        Fields.skip(body, Fields.readInt2(body));
        String database = Fields.readSlice(body, databaseBytes).toString(StandardCharsets.UTF_8);
        Fields.skip(body, 1);
        return new QueryEvent(threadId, error, database, Fields.readRest(body));
    }

    /** A view of the text of {@code event}, which stays the caller's and unread. */
    public static ByteBuf text(ByteBuf event, Checksum checksum) {
        ByteBuf body = EventHeader.body(event, checksum);
        Fields.skip(body, 4 + 4);
        int databaseBytes = Fields.readInt1(body);
        Fields.skip(body, 2);
        Fields.skip(body, (long) Fields.readInt2(body) + databaseBytes + 1);
        return body;
    }

    /**
     * If {@code event} ends a transaction that has no XID event: its text is exactly {@code COMMIT} or {@code ROLLBACK}.
     * The event stays the caller's and unread.
     */
    public static boolean endsTransaction(ByteBuf event, Checksum checksum) {
        ByteBuf text = text(event, checksum);
        return equals(text, COMMIT) || equals(text, ROLLBACK);
    }

    private static boolean equals(ByteBuf text, byte[] word) {
        if (text.readableBytes() != word.length) {
            return false;
        }
        for (int i = 0; i < word.length; i++) {
            if (text.getByte(text.readerIndex() + i) != word[i]) {
                return false;
            }
        }
        return true;
    }
}
