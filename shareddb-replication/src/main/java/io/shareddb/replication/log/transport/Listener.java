package io.shareddb.replication.log.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.shareddb.replication.log.NodeId;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Our end of a connection that a peer dialled: Hello → Frames. Event loop only. */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel, which is heard of
final class Listener extends SimpleChannelInboundHandler<ByteBuf> {
    private static final int HANDSHAKE_SECONDS = 3;

    private final NettyLogTransport transport;
    private final FrameDecoder decoder;
    private @Nullable NodeId peer;

    Listener(NettyLogTransport transport, FrameDecoder decoder) {
        this.transport = transport;
        this.decoder = decoder;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        context.executor()
                .schedule(
                        () -> {
                            if (peer == null) {
                                context.close();
                            }
                        },
                        HANDSHAKE_SECONDS,
                        TimeUnit.SECONDS);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf frame) {
        NodeId from = peer;
        if (from == null) {
            peer = greet(context, Hello.read(frame));
        } else {
            transport.receiver().onFrame(from, frame);
        }
    }

    private NodeId greet(ChannelHandlerContext context, Hello hello) {
        if (!hello.cluster().equals(transport.cluster()) || !hello.to().equals(transport.self())) {
            throw new IllegalArgumentException("it wants node " + hello.to() + " of cluster '" + hello.cluster()
                    + "'; this is node " + transport.self() + " of cluster '" + transport.cluster() + "'");
        }
        decoder.allow(LogTransport.MAX_FRAME_BYTES);
        transport.accepted(hello.from(), context.channel());
        context.writeAndFlush(Hello.answer());
        return hello.from();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (peer != null) {
            transport.receiver().onBatchEnd();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        transport.broke(context.channel(), peer == null ? "a peer" : "node " + peer, cause);
        context.close();
    }
}
