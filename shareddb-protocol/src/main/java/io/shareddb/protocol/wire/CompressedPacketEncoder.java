package io.shareddb.protocol.wire;

import static io.shareddb.protocol.wire.CompressedPackets.HEADER_BYTES;
import static io.shareddb.protocol.wire.CompressedPackets.MIN_BYTES;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.CoalescingBufferQueue;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of packets in, compressed packets out. What is written between two flushes is compressed together, {@value #CHUNK_BYTES}
 * bytes at most. Event loop only.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write fails the promises of what is in it
final class CompressedPacketEncoder extends ChannelDuplexHandler {
    /** More than this gains little, and waits longer. */
    static final int CHUNK_BYTES = 256 * 1024;

    private final SequenceCounter sequence;
    private final Compression compression;
    private @Nullable CoalescingBufferQueue waiting;

    CompressedPacketEncoder(SequenceCounter sequence, Compression compression) {
        this.sequence = sequence;
        this.compression = compression;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        waiting = new CoalescingBufferQueue(ctx.channel(), 16, true);
    }

    private CoalescingBufferQueue waiting() {
        CoalescingBufferQueue queue = waiting;
        if (queue == null) {
            throw new IllegalStateException("not in a pipeline");
        }
        return queue;
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (!(message instanceof ByteBuf bytes)) {
            ctx.write(message, promise);
            return;
        }
        waiting().add(bytes, promise);
        while (waiting().readableBytes() >= CHUNK_BYTES) {
            writeChunk(ctx);
        }
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
        while (!waiting().isEmpty()) {
            writeChunk(ctx);
        }
        ctx.flush();
    }

    private void writeChunk(ChannelHandlerContext ctx) {
        ChannelPromise promise = ctx.newPromise();
        ByteBuf chunk = waiting().remove(CHUNK_BYTES, promise);
        if (!chunk.isReadable()) {
            ctx.write(chunk, promise); // who writes nothing waits for what is before it
            return;
        }
        int length = chunk.readableBytes();
        ByteBuf packet = ctx.alloc().buffer(HEADER_BYTES + length);
        try {
            packet.writeZero(HEADER_BYTES);
            boolean compressed = length >= MIN_BYTES && compression.compress(chunk.duplicate(), packet);
            if (!compressed) {
                packet.writerIndex(HEADER_BYTES).writeBytes(chunk);
            }
            packet.setMediumLE(0, packet.readableBytes() - HEADER_BYTES);
            packet.setByte(3, sequence.next());
            packet.setMediumLE(4, compressed ? length : 0);
            ctx.write(packet.retain(), promise);
        } finally {
            packet.release();
            chunk.release();
        }
    }

    /** What nobody flushed is not sent, as without this handler. */
    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        waiting().releaseAndFailAll(ctx, new ClosedChannelException());
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        waiting().releaseAndFailAll(ctx, new ClosedChannelException());
        ctx.fireChannelInactive();
    }
}
