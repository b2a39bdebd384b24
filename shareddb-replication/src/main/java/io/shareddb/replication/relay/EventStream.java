package io.shareddb.replication.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.shareddb.protocol.binlog.Checksum;
import io.shareddb.protocol.binlog.EventHeader;
import io.shareddb.protocol.binlog.FormatDescriptionEvent;
import io.shareddb.protocol.binlog.HeartbeatEvent;
import io.shareddb.protocol.binlog.RotateEvent;
import io.shareddb.replication.archive.TransactionRecord;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.engine.RelayDialect;
import io.shareddb.replication.log.LogCorruptException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.Locale;
import java.util.zip.CRC32;

/**
 * Events as the engine gets them: with places in a file that exists for this connection only, and fitting checksums. One thread.
 *
 * <pre>payload: 00 | event</pre>
 */
final class EventStream {
    private static final int CHECKSUM_BYTES = 4;
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
        new RotateEvent(FIRST_EVENT, fileName()).writeArtificial(small.clear(), dialect.serverId(), Checksum.CRC32);
        whole(small);
        format(formatDescription);
    }

    private String fileName() {
        return String.format(Locale.ROOT, "raft.%06d", file);
    }

    /** The leader's own event, but for its place: it is not in our file. */
    private void format(ByteBuffer event) throws IOException {
        ByteBuf copy = Unpooled.copiedBuffer(event);
        copy.setByte(copy.readableBytes() - CHECKSUM_BYTES - 1, Checksum.CRC32.number()); // all events have it
        if (dialect.rewritesServerId()) {
            EventHeader.setServerId(copy, dialect.serverId());
        }
        FormatDescriptionEvent.detach(copy);
        whole(copy);
    }

    /** Tells from where on the stream goes. */
    void opening(EnginePosition from) throws IOException {
        dialect.writeOpening(from, small.clear());
        if (small.isReadable()) {
            whole(small);
        }
    }

    void heartbeat() throws IOException {
        new HeartbeatEvent(position, fileName()).write(small.clear(), dialect.serverId(), Checksum.CRC32);
        whole(small);
    }

    private void whole(ByteBuf event) throws IOException {
        begin(event.readableBytes());
        out.write(event);
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
        EventHeader header = EventHeader.peek(small);
        if (header.length() < EventHeader.BYTES + CHECKSUM_BYTES) {
            throw new LogCorruptException("binlog event of " + header.length() + " bytes in the log");
        }
        position += header.length();
        begin(header.length());
        EventHeader.setNextPosition(small, position);
        if (dialect.rewritesServerId()) {
            EventHeader.setServerId(small, dialect.serverId());
        }
        checksum.reset();
        checksum.update(small.nioBuffer());
        out.write(small);
        long remaining = header.length() - EventHeader.BYTES - CHECKSUM_BYTES;
        while (remaining > 0) {
            ByteBuffer piece = pieces.next(remaining);
            remaining -= piece.remaining();
            checksum.update(piece.duplicate());
            out.write(piece);
        }
        for (int old = CHECKSUM_BYTES; old > 0; ) {
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
