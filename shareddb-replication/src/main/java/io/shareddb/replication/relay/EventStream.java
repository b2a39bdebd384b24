package io.shareddb.replication.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.shareddb.replication.archive.TransactionRecord;
import io.shareddb.replication.engine.EventHeader;
import io.shareddb.replication.engine.RelayDialect;
import io.shareddb.replication.log.LogCorruptException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Locale;
import java.util.zip.CRC32;

/**
 * Events as the engine gets them: with places in a file that exists for this connection only, and fitting checksums. One thread.
 *
 * <pre>payload: 00 | event</pre>
 */
final class EventStream {
    private static final int ROTATE = 4;
    private static final int HEARTBEAT = 27;
    private static final int FIRST_EVENT = 4;

    private final PacketStream out;
    private final RelayDialect dialect;
    private final CRC32 checksum = new CRC32();
    private final ByteBuf small = Unpooled.buffer(256);
    private int file;
    private long position = FIRST_EVENT;

    EventStream(PacketStream out, RelayDialect dialect) {
        this.out = out;
        this.dialect = dialect;
    }

    /** Where the pretended file is at. */
    long position() {
        return position;
    }

    /** The next file begins. */
    void rotate(ByteBuffer formatDescription) throws IOException {
        file++;
        position = FIRST_EVENT;
        ByteBuf body = Unpooled.buffer().writeLongLE(FIRST_EVENT);
        body.writeCharSequence(fileName(), StandardCharsets.US_ASCII);
        made(ROTATE, EventHeader.ARTIFICIAL, 0, body);
        format(formatDescription);
    }

    private String fileName() {
        return String.format(Locale.ROOT, "raft.%06d", file);
    }

    /** The leader's own event, but for its place: it is not in our file. */
    private void format(ByteBuffer event) throws IOException {
        ByteBuf copy = Unpooled.copiedBuffer(event);
        int end = copy.readableBytes() - EventHeader.CHECKSUM_BYTES;
        copy.setIntLE(EventHeader.NEXT_POSITION_OFFSET, 0);
        copy.setByte(end - 1, 1); // all events have a CRC-32
        if (dialect.rewritesServerId()) {
            copy.setIntLE(EventHeader.SERVER_ID_OFFSET, (int) dialect.serverId());
        }
        checksum.reset();
        checksum.update(copy.nioBuffer(0, end));
        copy.setIntLE(end, (int) checksum.getValue());
        begin(copy.readableBytes());
        out.write(copy);
    }

    /** Tells from where on the stream goes. */
    void opening(RelayDialect.Opening opening) throws IOException {
        made(opening.type(), EventHeader.ARTIFICIAL, 0, opening.body());
    }

    void heartbeat() throws IOException {
        ByteBuf body = Unpooled.buffer();
        body.writeCharSequence(fileName(), StandardCharsets.US_ASCII);
        made(HEARTBEAT, 0, position, body);
    }

    private void made(int type, int flags, long nextPosition, ByteBuf body) throws IOException {
        int length = EventHeader.BYTES + body.readableBytes() + EventHeader.CHECKSUM_BYTES;
        new EventHeader(0, type, dialect.serverId(), length, nextPosition, flags).write(small.clear());
        small.writeBytes(body);
        checksum.reset();
        checksum.update(small.nioBuffer());
        small.writeIntLE((int) checksum.getValue());
        begin(length);
        out.write(small);
    }

    private void begin(long eventBytes) throws IOException {
        out.begin(1 + eventBytes);
        out.write(ByteBuffer.allocate(1));
    }

    /** All events of a transaction. */
    void transaction(TransactionRecord transaction) throws IOException {
        Pieces pieces = new Pieces(transaction);
        while (pieces.more()) {
            event(pieces);
        }
    }

    private void event(Pieces pieces) throws IOException {
        small.clear();
        while (small.readableBytes() < EventHeader.BYTES) {
            small.writeBytes(pieces.next(EventHeader.BYTES - small.readableBytes()));
        }
        EventHeader header = EventHeader.get(small);
        if (header.length() < EventHeader.BYTES + EventHeader.CHECKSUM_BYTES) {
            throw new LogCorruptException("binlog event of " + header.length() + " bytes in the log");
        }
        position += header.length();
        begin(header.length());
        small.setIntLE(EventHeader.NEXT_POSITION_OFFSET, (int) position);
        if (dialect.rewritesServerId()) {
            small.setIntLE(EventHeader.SERVER_ID_OFFSET, (int) dialect.serverId());
        }
        checksum.reset();
        checksum.update(small.nioBuffer());
        out.write(small);
        long remaining = header.length() - EventHeader.BYTES - EventHeader.CHECKSUM_BYTES;
        while (remaining > 0) {
            ByteBuffer piece = pieces.next(remaining);
            remaining -= piece.remaining();
            checksum.update(piece.duplicate());
            out.write(piece);
        }
        for (int old = EventHeader.CHECKSUM_BYTES; old > 0; ) {
            old -= pieces.next(old).remaining();
        }
        out.write(small.clear().writeIntLE((int) checksum.getValue()));
    }

    /** The bytes of a transaction, whose pieces are cut anywhere. */
    private static final class Pieces {
        private final TransactionRecord transaction;
        private final Iterator<ByteBuffer> rest;
        private ByteBuffer current = ByteBuffer.allocate(0);

        Pieces(TransactionRecord transaction) {
            this.transaction = transaction;
            this.rest = transaction.events();
        }

        boolean more() {
            while (!current.hasRemaining() && rest.hasNext()) {
                current = rest.next();
            }
            return current.hasRemaining();
        }

        /** One to {@code max} bytes. */
        ByteBuffer next(long max) {
            if (!more()) {
                throw new LogCorruptException("transaction " + transaction.seq() + " ends within an event");
            }
            int length = (int) Math.min(max, current.remaining());
            ByteBuffer piece = current.slice(current.position(), length);
            current.position(current.position() + length);
            return piece;
        }
    }
}
