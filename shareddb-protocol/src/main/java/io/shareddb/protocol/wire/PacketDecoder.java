package io.shareddb.protocol.wire;

import static io.shareddb.protocol.wire.Packets.HEADER_BYTES;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Bytes in, packets out: each a {@link ByteBuf} with header and body, a slice of what was received. The next handler
 * owns each packet and releases it. Event loop only.
 *
 * <p>For a relay: nothing is joined, so a payload of 1 GB passes in parts of 16 MB; nothing is copied; {@link Packets}
 * reads the header. Sequence numbers are checked if a counter is given.
 */
public final class PacketDecoder extends PausableDecoder {
    private final @Nullable SequenceCounter sequence;

    /** @param sequence checked and counted; {@code null} to take any number */
    public PacketDecoder(@Nullable SequenceCounter sequence) {
        this.sequence = sequence;
    }

    @Override
    void decodeNext(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (in.readableBytes() < HEADER_BYTES) {
            return;
        }
        if (sequence != null) {
            sequence.check(Packets.sequence(in));
        }
        int bytes = HEADER_BYTES + Packets.bodyLength(in);
        if (in.readableBytes() < bytes) {
            return;
        }
        if (sequence != null) {
            sequence.next();
        }
        out.add(in.readRetainedSlice(bytes));
    }
}
