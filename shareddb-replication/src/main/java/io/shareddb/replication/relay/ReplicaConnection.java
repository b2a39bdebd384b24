package io.shareddb.replication.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import io.shareddb.protocol.capability.Capabilities;
import io.shareddb.protocol.capability.ServerStatus;
import io.shareddb.protocol.packet.ColumnDefinition;
import io.shareddb.protocol.packet.ErrPacket;
import io.shareddb.protocol.packet.OkPacket;
import io.shareddb.protocol.packet.TextResult;
import io.shareddb.protocol.packet.TextRow;
import io.shareddb.protocol.wire.PayloadEncoder;
import io.shareddb.protocol.wire.SequenceCounter;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.engine.ReplicaSession;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An engine that has logged in: answers its questions until it asks for the stream. Event loop only. */
@SuppressWarnings("FutureReturnValueIgnored") // failed writes close the channel, which is heard of
final class ReplicaConnection extends ChannelInboundHandlerAdapter {
    private static final Logger log = LoggerFactory.getLogger(ReplicaConnection.class);
    private static final int COM_QUIT = 0x01;
    private static final int COM_QUERY = 0x03;
    private static final int COM_PING = 0x0e;
    private static final int COM_REGISTER_SLAVE = 0x15;

    private final ReplicaSession session;
    private final SequenceCounter sequence;
    private final Capabilities capabilities;
    private final Starter starter;
    private boolean fed;

    /** Starts the stream. */
    interface Starter {
        void feed(ChannelHandlerContext ctx, EnginePosition from, Duration heartbeat);
    }

    /**
     * @param sequence shared with the encoder
     * @param capabilities of the connection
     */
    ReplicaConnection(ReplicaSession session, SequenceCounter sequence, Capabilities capabilities, Starter starter) {
        this.session = session;
        this.sequence = sequence;
        this.capabilities = capabilities;
        this.starter = starter;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf payload = (ByteBuf) message;
        try {
            if (fed) {
                ctx.close(); // all that is left to say is goodbye
            } else if (session.isDump(payload)) {
                dump(ctx, payload);
            } else {
                answer(ctx, payload);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void dump(ChannelHandlerContext ctx, ByteBuf payload) {
        EnginePosition from;
        try {
            from = session.position(payload);
        } catch (IllegalArgumentException e) {
            ctx.writeAndFlush(new ErrPacket(1236, "HY000", String.valueOf(e.getMessage())));
            return;
        }
        fed = true;
        sequence.reset(); // for a farewell
        ctx.pipeline().remove(PayloadEncoder.class);
        starter.feed(ctx, from, session.heartbeat());
    }

    private void answer(ChannelHandlerContext ctx, ByteBuf payload) {
        int command = payload.isReadable() ? payload.getUnsignedByte(payload.readerIndex()) : -1;
        switch (command) {
            case COM_QUIT -> ctx.close();
            case COM_QUERY -> {
                int start = payload.readerIndex() + 1;
                query(ctx, payload.toString(start, payload.writerIndex() - start, StandardCharsets.UTF_8));
            }
            case COM_PING, COM_REGISTER_SLAVE -> ctx.writeAndFlush(OkPacket.of(ServerStatus.AUTOCOMMIT));
            default -> ctx.writeAndFlush(new ErrPacket(1047, "08S01", "This is a binlog server: unknown command"));
        }
        sequence.reset();
    }

    private void query(ChannelHandlerContext ctx, String sql) {
        ReplicaSession.Reply reply = session.query(sql);
        if (reply instanceof ReplicaSession.Row row) {
            List<ColumnDefinition> columns =
                    row.columns().stream().map(ColumnDefinition::text).toList();
            TextRow values = TextRow.of(row.values().toArray(new String[0]));
            new TextResult(columns, List.of(values))
                    .payloads(capabilities, ServerStatus.AUTOCOMMIT)
                    .forEach(ctx::write);
            ctx.flush();
        } else if (reply instanceof ReplicaSession.Refused refused) {
            log.warn("does not know what the engine asks: {}", sql);
            ctx.writeAndFlush(new ErrPacket(refused.number(), "HY000", refused.message()));
        } else {
            ctx.writeAndFlush(OkPacket.of(ServerStatus.AUTOCOMMIT));
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        log.debug("the engine's connection failed", cause);
        ctx.close();
    }
}
