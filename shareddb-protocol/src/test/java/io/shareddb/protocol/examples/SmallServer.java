package io.shareddb.protocol.examples;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.shareddb.protocol.auth.AuthWorker;
import io.shareddb.protocol.auth.Credential;
import io.shareddb.protocol.capability.Capabilities;
import io.shareddb.protocol.capability.Collation;
import io.shareddb.protocol.capability.ServerStatus;
import io.shareddb.protocol.command.ComInitDb;
import io.shareddb.protocol.command.ComPing;
import io.shareddb.protocol.command.ComQuery;
import io.shareddb.protocol.command.ComQuit;
import io.shareddb.protocol.command.Command;
import io.shareddb.protocol.handshake.Authenticator;
import io.shareddb.protocol.handshake.LoginAttempt;
import io.shareddb.protocol.handshake.ServerLogin;
import io.shareddb.protocol.handshake.ServerLoginConfig;
import io.shareddb.protocol.packet.ErrPacket;
import io.shareddb.protocol.packet.OkPacket;
import io.shareddb.protocol.packet.TextResult;
import io.shareddb.protocol.wire.MalformedPacketException;
import io.shareddb.protocol.wire.Payload;
import io.shareddb.protocol.wire.PayloadEncoder;
import io.shareddb.protocol.wire.SequenceCounter;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server for one user that knows the values of literals: {@code SELECT 1}, {@code SELECT 'a'}. Event loop only. */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the connection
public final class SmallServer extends ChannelInboundHandlerAdapter {
    private static final Pattern SELECT = Pattern.compile("(?i)select '?(\\d+|(?<=')[^']*(?='))'?");

    private final LoginAttempt client;
    private final SequenceCounter sequence;

    private SmallServer(LoginAttempt client, SequenceCounter sequence) {
        this.client = client;
        this.sequence = sequence;
    }

    /** Prepares the pipeline of a connection that was accepted. */
    public static void serve(ChannelPipeline pipeline, AuthWorker worker) {
        Credential password = new Credential.PlainPassword("secret");
        Authenticator users = attempt -> CompletableFuture.completedFuture(
                attempt.user().equals("reader") ? Optional.of(password) : Optional.empty());
        ServerLogin.addTo(pipeline, ServerLoginConfig.of("8.0.0-small", 1), users, worker, new SecureRandom())
                .session()
                .thenAccept(client -> pipeline.addLast(new SmallServer(
                        client, pipeline.get(PayloadEncoder.class).sequence())));
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf payload = (ByteBuf) message;
        try {
            Capabilities capabilities = client.capabilities();
            Command command = Command.read(
                    payload, capabilities, Collation.charset(client.login().collation()));
            if (command instanceof ComQuit) {
                ctx.close();
                return;
            }
            answer(command).forEach(ctx::write);
            ctx.flush();
            sequence.reset(); // the next command starts from 0
        } finally {
            payload.release();
        }
    }

    private List<? extends Payload> answer(Command command) {
        if (command instanceof ComQuery query) {
            Matcher select = SELECT.matcher(query.sql().text());
            return select.matches()
                    ? TextResult.of("value", select.group(1)).payloads(client.capabilities(), ServerStatus.AUTOCOMMIT)
                    : List.of(new ErrPacket(1064, "42000", "Only SELECT of a literal is understood here"));
        }
        return command instanceof ComPing || command instanceof ComInitDb
                ? List.of(OkPacket.of(ServerStatus.AUTOCOMMIT).forCapabilities(client.capabilities()))
                : List.of(new ErrPacket(1047, "08S01", "Unknown command " + command.code()));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof MalformedPacketException) {
            ctx.writeAndFlush(new ErrPacket(1835, "HY000", "Malformed packet: " + cause.getMessage()))
                    .addListener(ChannelFutureListener.CLOSE);
        } else {
            ctx.close();
        }
    }
}
