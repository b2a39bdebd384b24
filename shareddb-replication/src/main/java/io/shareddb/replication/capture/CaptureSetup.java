package io.shareddb.replication.capture;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.ReferenceCountUtil;
import io.shareddb.protocol.packet.ErrPacket;
import io.shareddb.protocol.packet.OkPacket;
import io.shareddb.protocol.packet.SqlException;
import io.shareddb.protocol.wire.MalformedPacketException;
import io.shareddb.protocol.wire.Payload;
import io.shareddb.protocol.wire.PayloadDecoder;
import io.shareddb.protocol.wire.PayloadEncoder;
import io.shareddb.replication.engine.CaptureDialect;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/** From the login to the dump command: one statement after the other, then makes place for the stream. Event loop only. */
@SuppressWarnings("FutureReturnValueIgnored") // failed writes close the channel, which is heard of
final class CaptureSetup extends ChannelInboundHandlerAdapter {
    private static final int COM_QUERY = 3;

    private final Queue<Payload> commands = new ArrayDeque<>();
    private final CaptureStream stream;
    private final long silenceMillis;

    CaptureSetup(CaptureDialect dialect, CaptureDialect.Request request, CaptureStream stream) {
        this.stream = stream;
        this.silenceMillis = request.heartbeat().toMillis() * CaptureConfig.SILENT_HEARTBEATS;
        for (String sql : dialect.setup(request)) {
            commands.add(query(sql));
        }
        commands.addAll(dialect.commands(request));
    }

    private static Payload query(String sql) {
        return out -> ByteBufUtil.writeUtf8(out.writeByte(COM_QUERY), sql);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        sendNext(ctx);
    }

    private void sendNext(ChannelHandlerContext ctx) {
        ChannelPipeline pipeline = ctx.pipeline();
        pipeline.get(PayloadEncoder.class).sequence().reset();
        ctx.writeAndFlush(commands.remove()).addListener(written -> {
            if (!written.isSuccess()) {
                ctx.close();
            }
        });
        if (commands.isEmpty()) {
            pipeline.addLast(
                    new IdleStateHandler(silenceMillis, 0, 0, TimeUnit.MILLISECONDS), stream.decoder(), stream);
            pipeline.remove(PayloadEncoder.class);
            pipeline.remove(this);
            pipeline.remove(PayloadDecoder.class);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf payload = (ByteBuf) message;
        try {
            if (ErrPacket.matches(payload)) {
                throw new SqlException(ErrPacket.read(payload));
            }
            if (!payload.isReadable() || payload.getByte(payload.readerIndex()) != OkPacket.HEADER) {
                throw new MalformedPacketException("the engine did not answer OK while the capture was set up");
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
        sendNext(ctx);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        stream.exceptionCaught(ctx, cause);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        stream.channelInactive(ctx);
    }
}
