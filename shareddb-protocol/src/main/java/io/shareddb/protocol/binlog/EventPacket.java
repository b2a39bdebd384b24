package io.shareddb.protocol.binlog;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.shareddb.protocol.packet.EofPacket;
import io.shareddb.protocol.packet.ErrPacket;
import io.shareddb.protocol.packet.SqlException;
import io.shareddb.protocol.wire.Fields;
import io.shareddb.protocol.wire.MalformedPacketException;
import io.shareddb.protocol.wire.Packet;
import io.shareddb.protocol.wire.PayloadEncoder;
import io.shareddb.protocol.wire.SequenceCounter;

/**
 * One payload of the stream that answers a dump command.
 *
 * <pre>int&lt;1&gt; 00 | to a semi-synchronous replica: int&lt;1&gt; EF | int&lt;1&gt; 01 if an acknowledgement is wanted | rest: event</pre>
 *
 * An error packet ends the stream; an EOF does where the dump was asked not to wait.
 *
 * <p>Sequence numbers count on from the dump command, modulo 256, but an engine starts again at 1 after each event that
 * wants an acknowledgement: set the decoder's counter to 1 then.
 */
public final class EventPacket {
    private EventPacket() {}

    /**
     * Reads what is before the event in {@code payload}, which stays the caller's: afterwards its readable bytes are the
     * event, whose header has been checked.
     *
     * @param semiSync if the stream has acknowledgement flags, as was asked for with {@code @rpl_semi_sync_slave} (MySQL:
     *     {@code @rpl_semi_sync_replica})
     * @return if an acknowledgement is wanted
     * @throws SqlException if the payload is an error packet
     */
    public static boolean ackWanted(ByteBuf payload, boolean semiSync) {
        if (ErrPacket.matches(payload)) {
            throw new SqlException(ErrPacket.read(payload));
        }
        int first = Fields.readInt1(payload);
        if (first != 0) {
            throw new MalformedPacketException("binlog stream: packet starts with 0x" + Integer.toHexString(first));
        }
        boolean wanted = false;
        if (semiSync) {
            int magic = Fields.readInt1(payload);
            if (magic != SemiSyncAck.MAGIC) {
                throw new MalformedPacketException(
                        "binlog stream without semi-sync flags: 0x" + Integer.toHexString(magic) + " (expected: 0xef)");
            }
            wanted = Fields.readInt1(payload) != 0;
        }
        EventHeader.check(payload);
        return wanted;
    }

    /** If {@code payload} ends a stream that was asked not to wait; it stays the caller's and unread. */
    public static boolean isEnd(ByteBuf payload) {
        return EofPacket.matches(payload);
    }

    /**
     * The payload that carries {@code event}. Owns {@code event}, also when it throws; the result is the caller's and
     * shares the event's bytes.
     */
    public static ByteBuf of(ByteBufAllocator allocator, ByteBuf event) {
        ByteBuf prefix = allocator.buffer(1).writeByte(0);
        return allocator.compositeBuffer(2).addComponents(true, prefix, event);
    }

    /**
     * The packet that carries {@code ack}, with a sequence number of its own: write it through a
     * {@link io.shareddb.protocol.wire.PayloadEncoder} or to a channel without one (its content, then). The caller's.
     */
    public static Packet of(ByteBufAllocator allocator, SemiSyncAck ack) {
        return new Packet(PayloadEncoder.frame(allocator, ack, new SequenceCounter()));
    }
}
