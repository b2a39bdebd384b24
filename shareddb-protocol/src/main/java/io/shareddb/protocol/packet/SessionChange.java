package io.shareddb.protocol.packet;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.wire.Bytes;
import io.shareddb.protocol.wire.Fields;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One thing that a statement changed in its session, from the end of an {@link OkPacket}.
 *
 * <pre>int&lt;1&gt; type | length-encoded string: data, whose form depends on the type</pre>
 *
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_ok_packet.html">manual</a>
 */
public sealed interface SessionChange {
    /**
     * A system variable was set: type 0. MariaDB reports {@code last_gtid} so.
     *
     * <p>One entry of the wire may hold several variables; each becomes a change of its own.
     *
     * <pre>length-encoded string name | length-encoded string value, repeated</pre>
     */
    record SystemVariable(String name, String value) implements SessionChange {}

    /**
     * The default database changed: type 1.
     *
     * @param name empty if there is none now
     */
    record Schema(String name) implements SessionChange {}

    /**
     * Something in the session changed that ties it to its connection: type 2.
     *
     * @param changed {@code true} for "1"
     */
    record StateChange(boolean changed) implements SessionChange {}

    /**
     * MySQL: the GTIDs of what was committed: type 3.
     *
     * <pre>int&lt;1&gt; encoding, 0 | length-encoded string</pre>
     *
     * @param text such as {@code 44db9d9b-e6ce-11f1-aaeb-02fc00000001:5}
     */
    record Gtids(String text) implements SessionChange {}

    /**
     * The SQL that would start the open transaction elsewhere: type 4.
     *
     * @param sql empty if there is none
     */
    record TransactionCharacteristics(String sql) implements SessionChange {}

    /**
     * What kind of transaction is open: type 5.
     *
     * @param letters eight of them, {@code ________} for none
     */
    record TransactionState(String letters) implements SessionChange {
        private static final String NONE = "________";

        /** If a transaction is open or tables are locked. */
        public boolean isActive() {
            return !letters.equals(NONE);
        }
    }

    /** A type that this codec does not know; kept so that it can be sent on. */
    record Other(int type, Bytes data) implements SessionChange {}

    /** Reads changes up to the end of {@code block}, which stays the caller's. */
    static List<SessionChange> readAll(ByteBuf block) {
        List<SessionChange> changes = new ArrayList<>(2);
        while (block.isReadable()) {
            int type = Fields.readInt1(block);
            ByteBuf data = Fields.readLengthEncodedSlice(block);
            switch (type) {
                case 0 -> {
                    do {
                        changes.add(new SystemVariable(
                                Fields.readLengthEncodedString(data), Fields.readLengthEncodedString(data)));
                    } while (data.isReadable());
                }
                case 1 -> changes.add(new Schema(Fields.readLengthEncodedString(data)));
                case 2 ->
                    changes.add(new StateChange(
                            data.toString(StandardCharsets.UTF_8).equals("1")));
                case 3 -> {
                    Fields.skip(data, 1);
                    changes.add(new Gtids(Fields.readLengthEncodedString(data)));
                }
                case 4 -> changes.add(new TransactionCharacteristics(Fields.readLengthEncodedString(data)));
                case 5 -> changes.add(new TransactionState(Fields.readLengthEncodedString(data)));
                default -> changes.add(new Other(type, Bytes.of(data)));
            }
        }
        return List.copyOf(changes);
    }

    /** Appends the change as one entry. */
    default void write(ByteBuf out) {
        ByteBuf data = out.alloc().buffer();
        try {
            int type = SessionChangeWriter.writeData(this, data);
            out.writeByte(type);
            Fields.writeLengthEncodedBytes(out, data);
        } finally {
            data.release();
        }
    }
}
