package io.shareddb.replication.log.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.shareddb.replication.log.NodeId;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Our end of a connection that a peer dialled: Hello → Proof → Frames. Event loop only. */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel, which is heard of
final class Listener extends SimpleChannelInboundHandler<ByteBuf> {
    private static final Logger log = LoggerFactory.getLogger(Listener.class);
    private static final int HANDSHAKE_SECONDS = 3;

    private final NettyLogTransport transport;
    private final FrameDecoder decoder;
    private final ByteBuffer nonce;
    private @Nullable Hello hello;
    private @Nullable NodeId peer;

    Listener(NettyLogTransport transport, FrameDecoder decoder, byte[] nonce) {
        this.transport = transport;
        this.decoder = decoder;
        this.nonce = ByteBuffer.wrap(nonce);
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
        Hello first = hello;
        if (from != null) {
            transport.receiver().onFrame(from, frame);
        } else if (first == null) {
            hello = greet(context, Hello.read(frame));
        } else {
            peer = verify(context, first, frame);
        }
    }

    private Hello greet(ChannelHandlerContext context, Hello first) {
        if (!first.cluster().equals(transport.cluster()) || !first.to().equals(transport.self())) {
            throw new IllegalArgumentException("it wants node " + first.to() + " of cluster '" + first.cluster()
                    + "'; this is node " + transport.self() + " of cluster '" + transport.cluster() + "'");
        }
        byte[] proof = transport.secret().proof("listener", first.bytes(), nonce);
        context.writeAndFlush(Unpooled.buffer()
                .writeInt(nonce.remaining() + proof.length)
                .writeBytes(nonce.duplicate())
                .writeBytes(proof));
        return first;
    }

    private NodeId verify(ChannelHandlerContext context, Hello first, ByteBuf frame) {
        byte[] proof = new byte[frame.readableBytes()];
        frame.readBytes(proof);
        if (!LogSecret.same(proof, transport.secret().proof("dialler", first.bytes(), nonce))) {
            throw new IllegalArgumentException("node " + first.from() + " does not know the cluster secret");
        }
        decoder.allow(LogTransport.MAX_FRAME_BYTES);
        transport.accepted(first.from(), context.channel());
        return first.from();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (peer != null) {
            transport.receiver().onBatchEnd();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof java.io.IOException) {
            log.debug("connection from {} broke", context.channel().remoteAddress(), cause);
        } else {
            transport.refusedStranger(context.channel().remoteAddress(), peer, cause);
        }
        context.close();
    }
}
