package io.shareddb.protocol.binlog;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.shareddb.protocol.wire.Fields;
import io.shareddb.protocol.wire.MalformedPacketException;
import io.shareddb.protocol.wire.Payload;

/**
 * From a semi-synchronous replica: everything up to here is safe. Sent on the connection of the dump in a packet with
 * sequence number 0; never answered. One acknowledges all transactions up to its position.
 *
 * <pre>int&lt;1&gt; EF | int&lt;8&gt; position | rest: file name</pre>
 *
 * @param position the next position of the event that asked, see {@link EventPacket#ackWanted}
 * @param file of the last {@link RotateEvent}
 */
public record SemiSyncAck(long position, String file) implements Payload {
    static final int MAGIC = 0xef;

    /** Reads {@code payload}, which stays the caller's. */
    public static SemiSyncAck read(ByteBuf payload) {
        int magic = Fields.readInt1(payload);
        if (magic != MAGIC) {
            throw new MalformedPacketException("not an acknowledgement: starts with 0x" + Integer.toHexString(magic));
        }
        return new SemiSyncAck(Fields.readInt8(payload), Fields.readRestString(payload));
    }

    @Override
    public void write(ByteBuf out) {
        out.writeByte(MAGIC).writeLongLE(position);
        ByteBufUtil.writeUtf8(out, file);
    }
}
