package io.shareddb.protocol.binlog;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.wire.Fields;
import io.shareddb.protocol.wire.MalformedPacketException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * The body of {@link EventType#GTID_TAGGED}, in MySQL's serialization format. Event loop only.
 *
 * <pre>
 * version | size | last field that must be understood | fields in ascending order, each: id | value
 * id 0 flags | 1 uuid, 16 integers | 2 number, signed | 3 tag: length, bytes | 4 last committed, signed
 * 5 sequence number, signed | 6 commit time | 7 original commit time | 8 transaction length | 9 and up: not read
 * </pre>
 *
 * Every integer has n = 1 + (number of 1 bits at the low end of its first byte) bytes, little endian, with the value
 * above the lowest n bits; signed ones are in zigzag form: 0, -1, 1, -2 and so on.
 *
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/PageLibsMysqlSerialization.html">manual</a>
 */
final class TaggedGtidFields {
    private static final int LAST_FIELD = 8;

    private int flags;
    private UUID uuid = new UUID(0, 0);
    private long number;
    private String tag = "";
    private long lastCommitted;
    private long sequenceNumber;
    private long transactionLength;

    private TaggedGtidFields() {}

    static TaggedGtidFields read(ByteBuf body) {
        long version = readInt(body);
        if (version != 1) {
            throw new MalformedPacketException("tagged GTID event of version " + version + " (expected: 1)");
        }
        readInt(body); // size
        readInt(body); // last field that must be understood
        TaggedGtidFields fields = new TaggedGtidFields();
        long previous = -1;
        while (body.isReadable()) {
            long id = readInt(body);
            if (id > LAST_FIELD) {
                break;
            }
            if (id <= previous) {
                throw new MalformedPacketException("tagged GTID event: field " + id + " after field " + previous);
            }
            previous = id;
            fields.readField((int) id, body);
        }
        return fields;
    }

    private void readField(int id, ByteBuf body) {
        switch (id) {
            case 0 -> flags = (int) readInt(body);
            case 1 -> uuid = new UUID(readEightBytes(body), readEightBytes(body));
            case 2 -> number = readSignedInt(body);
            case 3 -> tag = Fields.readSlice(body, readInt(body)).toString(StandardCharsets.US_ASCII);
            case 4 -> lastCommitted = readSignedInt(body);
            case 5 -> sequenceNumber = readSignedInt(body);
            case 6, 7 -> readInt(body);
            default -> transactionLength = readInt(body);
        }
    }

    private static long readEightBytes(ByteBuf body) {
        long value = 0;
        for (int i = 0; i < 8; i++) {
            value = value << 8 | (readInt(body) & 0xff);
        }
        return value;
    }

    private static long readSignedInt(ByteBuf body) {
        long value = readInt(body);
        return value >>> 1 ^ -(value & 1);
    }

    private static long readInt(ByteBuf body) {
        int first = Fields.readInt1(body);
        int more = Integer.numberOfTrailingZeros(~first); // 0 to 8
        if (more == 8) {
            return Fields.readInt8(body);
        }
        Fields.require(body, more);
        long value = (long) first >>> (more + 1);
        for (int i = 0; i < more; i++) {
            value |= (long) body.readUnsignedByte() << (8 * i + 7 - more);
        }
        return value;
    }

    MySqlGtidEvent toEvent() {
        MySqlGtid gtid = new MySqlGtid(new GtidSource(uuid, tag), number);
        return new MySqlGtidEvent(gtid, flags, lastCommitted, sequenceNumber, transactionLength);
    }
}
