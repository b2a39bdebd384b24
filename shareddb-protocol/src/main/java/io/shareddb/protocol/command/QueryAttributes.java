package io.shareddb.protocol.command;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.packet.ColumnType;
import io.shareddb.protocol.wire.Bytes;
import io.shareddb.protocol.wire.Fields;
import io.shareddb.protocol.wire.MalformedPacketException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Named values that a client sends along with a query, on connections with
 * {@link io.shareddb.protocol.capability.Capability#QUERY_ATTRIBUTES}.
 *
 * <pre>
 * length-encoded int: count | length-encoded int: 1
 * if count is not 0: null bitmap, (count + 7) / 8 bytes | int&lt;1&gt; 1 | each: int&lt;2&gt; type | length-encoded string: name
 *     then each value that is not null, in binary form
 * </pre>
 */
public record QueryAttributes(List<QueryAttribute> attributes) {
    /** No attributes. */
    public static final QueryAttributes NONE = new QueryAttributes(List.of());

    /**
     * One named value.
     *
     * @param type one of {@link ColumnType}, with bit 15 set for unsigned numbers
     * @param value in binary form, strings with their length; {@code null} for NULL
     */
    public record QueryAttribute(
            String name, int type, @Nullable Bytes value) {}

    public QueryAttributes {
        attributes = List.copyOf(attributes);
    }

    static QueryAttributes read(ByteBuf payload) {
        long count = Fields.readLengthEncodedInt(payload);
        long sets = Fields.readLengthEncodedInt(payload);
        if (sets != 1) {
            throw new MalformedPacketException("query attributes: " + sets + " sets (expected: 1)");
        }
        if (count == 0) {
            return NONE;
        }
        if (count < 0 || count > payload.readableBytes()) {
            throw new MalformedPacketException("query attributes: count " + Long.toUnsignedString(count));
        }
        ByteBuf nulls = Fields.readSlice(payload, (count + 7) / 8);
        if (Fields.readInt1(payload) != 1) {
            throw new MalformedPacketException("query attributes without their types");
        }
        List<QueryAttribute> untyped = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int type = Fields.readInt2(payload);
            untyped.add(new QueryAttribute(Fields.readLengthEncodedString(payload), type, null));
        }
        List<QueryAttribute> attributes = new ArrayList<>(untyped.size());
        for (int i = 0; i < count; i++) {
            boolean isNull = (nulls.getByte(nulls.readerIndex() + i / 8) >> i % 8 & 1) == 1;
            QueryAttribute attribute = untyped.get(i);
            Bytes value = isNull ? null : readValue(payload, attribute.type());
            attributes.add(new QueryAttribute(attribute.name(), attribute.type(), value));
        }
        return new QueryAttributes(attributes);
    }

    private static Bytes readValue(ByteBuf payload, int type) {
        return Bytes.of(ColumnType.readBinary(payload, type & 0xff));
    }

    void write(ByteBuf out) {
        Fields.writeLengthEncodedInt(out, attributes.size());
        Fields.writeLengthEncodedInt(out, 1);
        if (attributes.isEmpty()) {
            return;
        }
        byte[] nulls = new byte[(attributes.size() + 7) / 8];
        for (int i = 0; i < attributes.size(); i++) {
            if (attributes.get(i).value() == null) {
                nulls[i / 8] |= (byte) (1 << i % 8);
            }
        }
        out.writeBytes(nulls).writeByte(1);
        for (QueryAttribute attribute : attributes) {
            out.writeShortLE(attribute.type());
            Fields.writeLengthEncodedString(out, attribute.name());
        }
        for (QueryAttribute attribute : attributes) {
            Bytes value = attribute.value();
            if (value != null) {
                value.write(out);
            }
        }
    }
}
