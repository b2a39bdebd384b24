package io.shareddb.protocol.examples;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.shareddb.protocol.command.ComQuery;
import io.shareddb.protocol.command.Command;
import io.shareddb.protocol.handshake.ClientLogin;
import io.shareddb.protocol.handshake.ClientLoginConfig;
import io.shareddb.protocol.handshake.ClientSession;
import io.shareddb.protocol.packet.Response;
import io.shareddb.protocol.packet.ResponseCollector;
import io.shareddb.protocol.wire.PayloadEncoder;
import io.shareddb.protocol.wire.SequenceCounter;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A client that runs queries one after the other and reads their results into memory. Event loop only. */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the connection
public final class SmallClient extends ChannelInboundHandlerAdapter {
    private record Waiting(Command command, CompletableFuture<Response> response) {}

    private final Channel channel;
    private final SequenceCounter sequence;
    private final ResponseCollector collector;
    private final Queue<Waiting> waiting = new ArrayDeque<>();

    private SmallClient(Channel channel, ClientSession session) {
        this.channel = channel;
        this.sequence = channel.pipeline().get(PayloadEncoder.class).sequence();
        this.collector = new ResponseCollector(session.capabilities(), 1 << 20);
    }

    /** Connects and logs in. */
    public static CompletionStage<SmallClient> connect(
            EventLoopGroup group, SocketAddress server, ClientLoginConfig config) {
        CompletableFuture<SmallClient> connected = new CompletableFuture<>();
        new Bootstrap()
                .group(group)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        ClientLogin.addTo(channel.pipeline(), config)
                                .session()
                                .thenApply(session -> {
                                    SmallClient client = new SmallClient(channel, session);
                                    channel.pipeline().addLast(client);
                                    return client;
                                })
                                .whenComplete((client, failure) -> {
                                    if (failure == null) {
                                        connected.complete(client);
                                    } else {
                                        connected.completeExceptionally(failure);
                                    }
                                });
                    }
                })
                .connect(server)
                .addListener(done -> {
                    if (!done.isSuccess()) {
                        connected.completeExceptionally(done.cause());
                    }
                });
        return connected;
    }

    /** Runs {@code sql}, after those before it. Called from any thread. */
    public CompletionStage<Response> query(String sql) {
        CompletableFuture<Response> response = new CompletableFuture<>();
        channel.eventLoop().execute(() -> {
            waiting.add(new Waiting(ComQuery.of(sql), response));
            if (waiting.size() == 1) {
                sendNext();
            }
        });
        return response;
    }

    private void sendNext() {
        Waiting next = waiting.peek();
        if (next != null) {
            sequence.reset(); // each command starts from 0
            collector.begin(next.command().code());
            channel.writeAndFlush(next.command());
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf payload = (ByteBuf) message;
        try {
            collector.accept(payload).ifPresent(response -> {
                waiting.remove().response().complete(response);
                sendNext();
            });
        } finally {
            payload.release();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        waiting.forEach(query -> query.response().completeExceptionally(new ClosedChannelException()));
        waiting.clear();
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }

    public CompletionStage<Void> close() {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        channel.close().addListener(done -> closed.complete(null));
        return closed;
    }
}
