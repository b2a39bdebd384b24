package io.shareddb.protocol.wire;

import static io.shareddb.protocol.wire.Packets.HEADER_BYTES;
import static io.shareddb.protocol.wire.Packets.MAX_BODY_BYTES;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/**
 * Bytes in; out come <em>runs</em>, {@link ByteBuf}s of bytes to pass on as they are, and the {@link Packet}s that somebody
 * has to see, each at its place in between. The next handler owns and releases both. Event loop only.
 *
 * <p>For relays of large results: a run is what was received in one read, however many rows it holds and wherever it ends;
 * nothing is copied and nothing allocated per row. Bytes are copied only of packets that are shown and came in pieces.
 */
public final class PacketRunDecoder extends ChannelInboundHandlerAdapter {
    /** Decides what is shown. */
    public interface Filter {
        /**
         * Called once for each payload, in order, when the header and the first byte of its first packet are in. Packets
         * shown before it have been handled by the next handler, so the answer may depend on them; runs before it may
         * still be waiting for their end.
         *
         * @param bodyLength of the packet
         * @param first byte of the body, 0 to 255; 0 if {@code bodyLength} is 0
         * @return if the packet passes in a run; else it is shown. Further packets of the payload pass in any case
         */
        boolean passes(int bodyLength, int first);
    }

    private static final int FIRST_CAPACITY = 4096; // of a packet in pieces; grows with what really comes

    private final Filter filter;
    private final @Nullable SequenceCounter sequence;
    private @Nullable ByteBuf head; // ours: start of a packet of which too little is in to ask the filter
    private @Nullable ByteBuf shown; // ours: packet to show, of which not all is in
    private int missing; // bytes of the current packet that are not in: of the one to show, or of one that passes
    private boolean continues;
    private boolean failed;

    /** @param sequence checked and counted; {@code null} to take any number */
    public PacketRunDecoder(Filter filter, @Nullable SequenceCounter sequence) {
        this.filter = filter;
        this.sequence = sequence;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!(message instanceof ByteBuf in)) {
            ctx.fireChannelRead(message);
            return;
        }
        try {
            if (!failed) {
                decode(ctx, in);
            }
        } catch (MalformedPacketException e) {
            failed = true; // no resynchronisation: whoever hears of it closes the channel
            throw e;
        } finally {
            in.release();
        }
    }

    /** {@code in} stays the caller's. */
    private void decode(ChannelHandlerContext ctx, ByteBuf in) {
        int runStart = in.readerIndex();
        while (in.isReadable() && !ctx.isRemoved()) {
            if (shown != null) {
                collect(ctx, shown, in);
                runStart = in.readerIndex();
            } else if (missing > 0) {
                int passing = Math.min(missing, in.readableBytes());
                in.skipBytes(passing);
                missing -= passing;
            } else if (head != null) {
                completeHead(ctx, head, in);
                runStart = in.readerIndex();
            } else if (!isDecidable(in)) {
                fireRun(ctx, in, runStart);
                head = ctx.alloc().buffer(HEADER_BYTES + 1).writeBytes(in);
                runStart = in.readerIndex();
            } else if (passes(in)) {
                missing = HEADER_BYTES + Packets.bodyLength(in);
            } else {
                fireRun(ctx, in, runStart);
                show(ctx, in);
                runStart = in.readerIndex();
            }
        }
        in.readerIndex(in.isReadable() ? in.writerIndex() : in.readerIndex()); // removed: the rest passes
        fireRun(ctx, in, runStart);
    }

    private static boolean isDecidable(ByteBuf in) {
        int readable = in.readableBytes();
        return readable > HEADER_BYTES || (readable == HEADER_BYTES && Packets.bodyLength(in) == 0);
    }

    /** {@code packet} starts with a header and, unless it is empty, the first byte of a body. */
    private boolean passes(ByteBuf packet) {
        if (sequence != null) {
            sequence.check(Packets.sequence(packet));
            sequence.next();
        }
        int length = Packets.bodyLength(packet);
        boolean continuation = continues;
        continues = length == MAX_BODY_BYTES;
        int first = length == 0 ? 0 : packet.getUnsignedByte(packet.readerIndex() + HEADER_BYTES);
        return continuation || filter.passes(length, first);
    }

    /** Fires what is between {@code start} and the reader index. */
    private static void fireRun(ChannelHandlerContext ctx, ByteBuf in, int start) {
        int length = in.readerIndex() - start;
        if (length > 0) {
            ctx.fireChannelRead(in.retainedSlice(start, length));
        }
    }

    private void show(ChannelHandlerContext ctx, ByteBuf in) {
        int length = HEADER_BYTES + Packets.bodyLength(in);
        if (in.readableBytes() >= length) {
            ctx.fireChannelRead(new Packet(in.readRetainedSlice(length)));
        } else {
            shown = ctx.alloc().buffer(Math.min(length, FIRST_CAPACITY)).writeBytes(in);
            missing = length - shown.readableBytes();
        }
    }

    private void collect(ChannelHandlerContext ctx, ByteBuf packet, ByteBuf in) {
        int bytes = Math.min(missing, in.readableBytes());
        packet.writeBytes(in, bytes);
        missing -= bytes;
        if (missing == 0) {
            shown = null;
            ctx.fireChannelRead(new Packet(packet));
        }
    }

    private void completeHead(ChannelHandlerContext ctx, ByteBuf start, ByteBuf in) {
        while (!isDecidable(start)) {
            if (!in.isReadable()) {
                return;
            }
            start.writeByte(in.readByte());
        }
        int length = HEADER_BYTES + Packets.bodyLength(start);
        boolean passes = passes(start);
        head = null;
        missing = length - start.readableBytes();
        if (passes) {
            ctx.fireChannelRead(start);
        } else if (missing == 0) {
            ctx.fireChannelRead(new Packet(start));
        } else {
            shown = start;
        }
    }

    /** Whatever is kept goes on as a run: who takes over reads from there. */
    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        ByteBuf kept = head == null ? shown : head;
        head = null;
        shown = null;
        missing = 0;
        if (kept == null) {
            return;
        }
        if (failed || !ctx.channel().isActive()) {
            kept.release();
        } else {
            ctx.fireChannelRead(kept);
        }
    }
}
