package io.shareddb.protocol.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.DefaultByteBufHolder;

/**
 * One packet with its header, that {@link PacketRunDecoder} was asked to show. Its content is counted: release it, or
 * write the content on.
 */
public final class Packet extends DefaultByteBufHolder {
    /** Owns {@code packet}, which starts with its header. */
    public Packet(ByteBuf packet) {
        super(packet);
    }

    /** Sequence number, 0 to 255. */
    public int sequence() {
        return Packets.sequence(content());
    }

    /** The body: a view that shares the reference count. */
    public ByteBuf body() {
        return Packets.body(content());
    }

    @Override
    public Packet replace(ByteBuf content) {
        return new Packet(content);
    }

    @Override
    public boolean equals(Object other) {
        return this == other; // bytes that move on are no value
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
