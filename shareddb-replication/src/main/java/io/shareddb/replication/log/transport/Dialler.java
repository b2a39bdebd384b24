package io.shareddb.replication.log.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Our end of a connection that we dialled: Hello sent → proofs exchanged → ours to send on. Event loop only. */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel, which is heard of
final class Dialler extends SimpleChannelInboundHandler<ByteBuf> {
    private static final Logger log = LoggerFactory.getLogger(Dialler.class);

    private final Peer peer;
    private final LogSecret secret;
    private final Hello hello;
    private boolean authenticated;

    Dialler(Peer peer, LogSecret secret, Hello hello) {
        this.peer = peer;
        this.secret = secret;
        this.hello = hello;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        ByteBuffer bytes = hello.bytes().duplicate();
        context.writeAndFlush(Unpooled.buffer().writeInt(bytes.remaining()).writeBytes(bytes));
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf frame) {
        if (authenticated || frame.readableBytes() != Hello.NONCE_BYTES + Hello.PROOF_BYTES) {
            throw new IllegalArgumentException("unexpected frame of " + frame.readableBytes() + " bytes");
        }
        ByteBuffer nonce = ByteBuffer.allocate(Hello.NONCE_BYTES);
        frame.readBytes(nonce);
        nonce.flip();
        byte[] proof = new byte[Hello.PROOF_BYTES];
        frame.readBytes(proof);
        if (!LogSecret.same(proof, secret.proof("listener", hello.bytes(), nonce))) {
            throw new IllegalArgumentException("it does not know the cluster secret");
        }
        byte[] ours = secret.proof("dialler", hello.bytes(), nonce);
        context.writeAndFlush(Unpooled.buffer().writeInt(ours.length).writeBytes(ours));
        authenticated = true;
        peer.connected(context.channel());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof java.io.IOException) {
            log.debug("connection to {} broke", peer.id(), cause);
        } else {
            log.warn(
                    "closing the connection to {} at {}: {}",
                    peer.id(),
                    context.channel().remoteAddress(),
                    cause.toString());
        }
        context.close();
    }
}
