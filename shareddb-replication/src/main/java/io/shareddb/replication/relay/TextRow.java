package io.shareddb.replication.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.shareddb.protocol.capability.Collation;
import io.shareddb.protocol.capability.ServerStatus;
import io.shareddb.protocol.packet.EofPacket;
import io.shareddb.protocol.wire.Fields;
import io.shareddb.protocol.wire.Payload;
import io.shareddb.replication.engine.ReplicaSession;

/** A result of one row, all of it text, in the old form with EOF packets. */
@SuppressWarnings("FutureReturnValueIgnored") // failed writes close the channel, which is heard of
final class TextRow {
    private static final int VAR_STRING = 0xfd;
    private static final EofPacket EOF = new EofPacket(0, ServerStatus.AUTOCOMMIT);

    private TextRow() {}

    static void write(Channel channel, ReplicaSession.Row row) {
        send(channel, out -> Fields.writeLengthEncodedInt(out, row.columns().size()));
        for (String column : row.columns()) {
            send(channel, out -> writeColumn(out, column));
        }
        send(channel, EOF);
        send(channel, out -> row.values().forEach(value -> Fields.writeLengthEncodedString(out, value)));
        send(channel, EOF);
        channel.flush();
    }

    private static void send(Channel channel, Payload payload) {
        channel.write(payload, channel.voidPromise());
    }

    private static void writeColumn(ByteBuf out, String name) {
        Fields.writeLengthEncodedString(out, "def");
        out.writeZero(3); // schema, table, original table
        Fields.writeLengthEncodedString(out, name);
        out.writeByte(0).writeByte(12);
        out.writeShortLE(Collation.UTF8MB4_GENERAL_CI).writeIntLE(1024).writeByte(VAR_STRING);
        out.writeShortLE(0).writeByte(0).writeShortLE(0);
    }
}
