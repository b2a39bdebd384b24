package io.shareddb.replication.relay;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.shareddb.protocol.binlog.EventHeader;
import io.shareddb.protocol.binlog.EventType;
import io.shareddb.protocol.command.ComBinlogDump;
import io.shareddb.protocol.handshake.ClientLogin;
import io.shareddb.protocol.handshake.ClientLoginConfig;
import io.shareddb.protocol.handshake.ClientSession;
import io.shareddb.protocol.packet.ErrPacket;
import io.shareddb.protocol.packet.OkPacket;
import io.shareddb.protocol.wire.Payload;
import io.shareddb.protocol.wire.PayloadEncoder;
import io.shareddb.replication.engine.Credentials;
import io.shareddb.replication.engine.RelayAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A replica that only listens: each payload becomes a word. One test's thread. */
@SuppressWarnings("FutureReturnValueIgnored") // a test that waits for an answer sees what failed
final class TestReplica implements AutoCloseable {
    private static final int COM_QUERY = 3;

    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final CompletableFuture<ClientSession> session = new CompletableFuture<>();
    private final Channel channel;

    TestReplica(EventLoopGroup group, RelayAddress address, Credentials account) {
        channel = new Bootstrap()
                .group(group)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel connected) {
                        logIn(connected, account);
                    }
                })
                .connect(address.host(), address.port())
                .syncUninterruptibly()
                .channel();
    }

    private void logIn(Channel connected, Credentials account) {
        ClientLogin.addTo(connected.pipeline(), ClientLoginConfig.of(account.user(), account.password()))
                .session()
                .whenComplete((agreed, failure) -> {
                    if (failure == null) {
                        connected.pipeline().addLast(new Words());
                        session.complete(agreed);
                    } else {
                        session.completeExceptionally(failure);
                    }
                });
    }

    private final class Words extends SimpleChannelInboundHandler<ByteBuf> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, ByteBuf payload) {
            received.add(word(payload));
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            received.add("closed");
        }
    }

    private static String word(ByteBuf payload) {
        if (ErrPacket.matches(payload)) {
            return "error " + ErrPacket.read(payload).number();
        }
        int first = payload.getUnsignedByte(payload.readerIndex());
        if (first == OkPacket.HEADER && payload.readableBytes() >= EventHeader.BYTES) {
            EventHeader header = EventHeader.peek(payload.slice(1, payload.readableBytes() - 1));
            return switch (header.type()) {
                case EventType.ROTATE -> "rotate";
                case EventType.FORMAT_DESCRIPTION -> "format";
                case EventType.MARIADB_GTID_LIST -> "list";
                case EventType.HEARTBEAT -> "heartbeat " + header.nextPosition();
                default -> "event " + header.type() + " " + header.nextPosition();
            };
        }
        return first == OkPacket.HEADER ? "ok" : ByteBufUtil.hexDump(payload);
    }

    CompletableFuture<ClientSession> session() {
        return session;
    }

    /** Sends a command and returns the first word of the answer. */
    String ask(Payload command) throws InterruptedException {
        send(command);
        return next();
    }

    String query(String sql) throws InterruptedException {
        return ask(out -> ByteBufUtil.writeUtf8(out.writeByte(COM_QUERY), sql));
    }

    void dump(String position) throws InterruptedException {
        query("SET @slave_connect_state='" + position + "'");
        send(new ComBinlogDump(4, 0, 77, ""));
    }

    private void send(Payload command) {
        channel.eventLoop().execute(() -> {
            channel.pipeline().get(PayloadEncoder.class).sequence().reset();
            channel.writeAndFlush(command);
        });
    }

    String next() throws InterruptedException {
        String word = received.poll(20, TimeUnit.SECONDS);
        return word == null ? "nothing" : word;
    }

    boolean hasNothing() {
        return received.isEmpty();
    }

    /** Stops reading, or goes on. */
    void reading(boolean value) {
        channel.config().setAutoRead(value);
    }

    @Override
    public void close() {
        channel.close().awaitUninterruptibly();
    }
}
