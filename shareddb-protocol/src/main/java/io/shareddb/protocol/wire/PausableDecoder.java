package io.shareddb.protocol.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A decoder that its reader can halt between two messages, for servers that finish one command before they look at the
 * next. Event loop only.
 *
 * <p>Bytes that arrive while it is paused are kept. When more than {@value #MAX_WAITING_BYTES} of them wait, the channel
 * is not read from any more until {@link #resume()}.
 */
public abstract class PausableDecoder extends ByteToMessageDecoder {
    static final int MAX_WAITING_BYTES = 64 * 1024;

    private @Nullable ChannelHandlerContext context;
    private boolean paused;
    private boolean reading;
    private boolean readsStopped;
    private boolean failed;

    PausableDecoder() {}

    /** Decodes at most one message. Called while not paused only. */
    abstract void decodeNext(ChannelHandlerContext ctx, ByteBuf in, List<Object> out);

    /** Hands out nothing more after the message that is being handled, until {@link #resume()}. */
    public final void pause() {
        paused = true;
    }

    /** Goes on, first with what came in meanwhile; what is wrong with that arrives as {@code exceptionCaught}. */
    public final void resume() {
        paused = false;
        ChannelHandlerContext ctx = context;
        if (ctx == null || reading) {
            return; // the loop that called us goes on by itself
        }
        if (readsStopped) {
            readsStopped = false;
            ctx.channel().config().setAutoRead(true);
        }
        if (actualReadableBytes() > 0) {
            try {
                channelRead(ctx, Unpooled.EMPTY_BUFFER);
            } catch (Exception e) {
                ctx.fireExceptionCaught(e);
            }
            ctx.fireChannelReadComplete();
        }
    }

    @Override
    public final void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public final void channelRead(ChannelHandlerContext ctx, Object input) throws Exception {
        reading = true;
        try {
            super.channelRead(ctx, input);
        } finally {
            reading = false;
        }
        if (paused && !readsStopped && !ctx.isRemoved() && actualReadableBytes() > MAX_WAITING_BYTES) {
            readsStopped = ctx.channel().config().isAutoRead();
            ctx.channel().config().setAutoRead(false);
        }
    }

    @Override
    protected final void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (failed) {
            in.skipBytes(in.readableBytes()); // no resynchronisation: whoever heard of the failure closes the channel
        } else if (!paused) {
            try {
                decodeNext(ctx, in, out);
            } catch (MalformedPacketException e) {
                failed = true;
                throw e;
            }
        }
    }
}
