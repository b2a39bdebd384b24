package io.shareddb.protocol.wire;

import static io.shareddb.protocol.wire.Packets.HEADER_BYTES;
import static io.shareddb.protocol.wire.Packets.MAX_BODY_BYTES;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;

/**
 * Payloads in, packets out. Takes a {@link Payload}, or a {@link ByteBuf} that holds a payload; the latter is owned by
 * this handler and, when longer than a few hundred bytes, sent without a copy. A {@link Packet} goes out as it is and is
 * not counted. Event loop only.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write fails the promise of its last part
public final class PayloadEncoder extends ChannelOutboundHandlerAdapter {
    private static final int COPY_BYTES = 512; // below, a copy is cheaper than one more buffer to send

    private final SequenceCounter sequence;

    /** @param sequence shared with the decoder of the channel */
    public PayloadEncoder(SequenceCounter sequence) {
        this.sequence = sequence;
    }

    /** The counter that numbers the packets. */
    public SequenceCounter sequence() {
        return sequence;
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (message instanceof Payload payload) {
            ctx.write(frame(ctx.alloc(), payload, sequence), promise);
        } else if (message instanceof Packet packet) {
            ctx.write(packet.content(), promise);
        } else if (message instanceof ByteBuf payload) {
            writeParts(ctx, payload, promise);
        } else {
            ctx.write(message, promise);
        }
    }

    /**
     * The packets of {@code payload}, for channels without an encoder. The result is the caller's.
     *
     * @param sequence numbers the packets
     */
    public static ByteBuf frame(ByteBufAllocator allocator, Payload payload, SequenceCounter sequence) {
        ByteBuf out = allocator.buffer();
        try {
            out.writeZero(HEADER_BYTES);
            payload.write(out);
            int length = out.readableBytes() - HEADER_BYTES;
            if (length >= MAX_BODY_BYTES) {
                return split(allocator, out.skipBytes(HEADER_BYTES), sequence);
            }
            out.setMediumLE(out.readerIndex(), length);
            out.setByte(out.readerIndex() + 3, sequence.next());
            return out.retain();
        } finally {
            out.release();
        }
    }

    /** {@code payload} stays the caller's. */
    private static ByteBuf split(ByteBufAllocator allocator, ByteBuf payload, SequenceCounter sequence) {
        int packets = payload.readableBytes() / MAX_BODY_BYTES + 1;
        ByteBuf out = allocator.buffer(payload.readableBytes() + packets * HEADER_BYTES);
        for (int i = 0; i < packets; i++) {
            int length = Math.min(MAX_BODY_BYTES, payload.readableBytes());
            Packets.writeHeader(out, length, sequence.next());
            out.writeBytes(payload, length);
        }
        return out;
    }

    private void writeParts(ChannelHandlerContext ctx, ByteBuf payload, ChannelPromise promise) {
        try {
            int length = payload.readableBytes();
            if (length <= COPY_BYTES) {
                ByteBuf packet = ctx.alloc().buffer(HEADER_BYTES + length);
                Packets.writeHeader(packet, length, sequence.next());
                ctx.write(packet.writeBytes(payload), promise);
                return;
            }
            while (payload.readableBytes() >= MAX_BODY_BYTES) {
                writeHeader(ctx, MAX_BODY_BYTES);
                ctx.write(payload.readRetainedSlice(MAX_BODY_BYTES));
            }
            writeHeader(ctx, payload.readableBytes());
            ctx.write(payload.readRetainedSlice(payload.readableBytes()), promise);
        } finally {
            payload.release();
        }
    }

    private void writeHeader(ChannelHandlerContext ctx, int length) {
        ByteBuf header = ctx.alloc().buffer(HEADER_BYTES);
        Packets.writeHeader(header, length, sequence.next());
        ctx.write(header);
    }
}
