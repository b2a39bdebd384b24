package io.shareddb.protocol.binlog;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.wire.Fields;
import io.shareddb.protocol.wire.MalformedPacketException;
import java.util.UUID;

/**
 * {@link EventType#GTID} or {@link EventType#GTID_TAGGED}: opens a transaction.
 *
 * <pre>
 * GTID: int&lt;1&gt; flags | 16 bytes uuid | int&lt;8&gt; number | int&lt;1&gt; 2 | int&lt;8&gt; last committed | int&lt;8&gt; sequence number
 *     int&lt;7&gt; commit time, bit 55: int&lt;7&gt; original commit time | length-encoded int: transaction length | more, not read
 * GTID_TAGGED: {@link TaggedGtidFields}
 * </pre>
 *
 * @param lastCommitted the transaction may run in parallel with those after this one, counted per file
 * @param sequenceNumber of the transaction in its file
 * @param transactionLength bytes of all events of the transaction with their checksums, this one included; 0 where
 *     the server is older than 8.0.2
 */
public record MySqlGtidEvent(
        MySqlGtid gtid, int flags, long lastCommitted, long sequenceNumber, long transactionLength) {
    private static final int LOGICAL_CLOCK = 2;
    private static final int TIME_BYTES = 7;

    /** Reads {@code event} of either type, which stays the caller's and unread. */
    public static MySqlGtidEvent read(ByteBuf event, Checksum checksum) {
        ByteBuf body = EventHeader.body(event, checksum);
        try {
            return EventHeader.type(event) == EventType.GTID_TAGGED
                    ? TaggedGtidFields.read(body).toEvent()
                    : readUntagged(body);
        } catch (IllegalArgumentException e) {
            throw new MalformedPacketException("GTID event: " + e.getMessage());
        }
    }

    private static MySqlGtidEvent readUntagged(ByteBuf body) {
        int flags = Fields.readInt1(body);
        UUID uuid = GtidSource.readUuid(body);
        MySqlGtid gtid = new MySqlGtid(new GtidSource(uuid, ""), Fields.readInt8(body));
        if (!body.isReadable() || body.readUnsignedByte() != LOGICAL_CLOCK) {
            return new MySqlGtidEvent(gtid, flags, 0, 0, 0);
        }
        long lastCommitted = Fields.readInt8(body);
        long sequenceNumber = Fields.readInt8(body);
        long transactionLength = 0;
        if (body.isReadable()) {
            Fields.require(body, TIME_BYTES);
            boolean originalTimeFollows = body.getByte(body.readerIndex() + TIME_BYTES - 1) < 0;
            Fields.skip(body, originalTimeFollows ? 2 * TIME_BYTES : TIME_BYTES);
            transactionLength = Fields.readLengthEncodedInt(body);
        }
        return new MySqlGtidEvent(gtid, flags, lastCommitted, sequenceNumber, transactionLength);
    }
}
