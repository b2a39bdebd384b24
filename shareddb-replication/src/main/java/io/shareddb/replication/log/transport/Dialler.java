package io.shareddb.replication.log.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;

/** Our end of a connection that we dialled: Hello sent → answered → ours to send on. Event loop only. */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel, which is heard of
final class Dialler extends SimpleChannelInboundHandler<ByteBuf> {
    private final NettyLogTransport transport;
    private final Peer peer;
    private boolean accepted;

    Dialler(NettyLogTransport transport, Peer peer) {
        this.transport = transport;
        this.peer = peer;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        // With TLS it waits there until the peer's certificate is found to be good.
        context.writeAndFlush(new Hello(transport.cluster(), transport.self(), peer.id()).frame());
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf frame) {
        if (accepted || !Hello.isAnswer(frame)) {
            throw new IllegalArgumentException("unexpected frame of " + frame.readableBytes() + " bytes");
        }
        accepted = true;
        peer.connected(context.channel());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        transport.broke(context.channel(), "node " + peer.id(), cause);
        context.close();
    }
}
