package io.shareddb.server.proxy;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.shareddb.protocol.capability.Capabilities;
import io.shareddb.protocol.capability.ServerStatus;
import io.shareddb.protocol.capability.StatusFlag;
import io.shareddb.protocol.command.ComQuery;
import io.shareddb.protocol.command.ComStmtClose;
import io.shareddb.protocol.command.ComStmtExecute;
import io.shareddb.protocol.command.ComStmtPrepare;
import io.shareddb.protocol.command.Command;
import io.shareddb.protocol.command.SqlText;
import io.shareddb.protocol.handshake.ClientLogin;
import io.shareddb.protocol.handshake.ClientLoginConfig;
import io.shareddb.protocol.handshake.ClientSession;
import io.shareddb.protocol.packet.ColumnDefinition;
import io.shareddb.protocol.packet.EofPacket;
import io.shareddb.protocol.packet.ErrPacket;
import io.shareddb.protocol.packet.OkPacket;
import io.shareddb.protocol.packet.PrepareOk;
import io.shareddb.protocol.packet.ResponsePart;
import io.shareddb.protocol.packet.ResponseTracker;
import io.shareddb.protocol.packet.SessionChange;
import io.shareddb.protocol.wire.Bytes;
import io.shareddb.protocol.wire.PayloadEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection that keeps every packet of an answer, written as a line of text each. Two servers look alike if the lines
 * are equal. One thread.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the connection, which is heard of
final class WireSession implements AutoCloseable {
    private static final long TIMEOUT_SECONDS = 30;
    /** Part of a key, of a unique one, of another: depends on whether the rows went through a temporary table. */
    private static final int KEY_FLAGS = 0x400c;

    private static final String SEQ = "shareddb_seq";

    private final Channel channel;
    private final Receiver receiver;

    /**
     * A statement as it is sent.
     *
     * @param parameters what is bound to its question marks: everything behind the iterations of COM_STMT_EXECUTE; null for text
     */
    record Sent(String sql, @Nullable Bytes parameters) {
        @Override
        public String toString() {
            return parameters == null ? sql : sql + "   with " + parameters;
        }
    }

    private WireSession(Channel channel, Receiver receiver) {
        this.channel = channel;
        this.receiver = receiver;
    }

    static WireSession open(EventLoopGroup group, int port, ClientLoginConfig config) throws Exception {
        CompletableFuture<Receiver> opened = new CompletableFuture<>();
        Channel channel = new Bootstrap()
                .group(group)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel created) {
                        ClientLogin.addTo(created.pipeline(), config)
                                .session()
                                .thenApply(session -> {
                                    Receiver receiver = new Receiver(session);
                                    created.pipeline().addLast(receiver);
                                    return receiver;
                                })
                                .whenComplete((receiver, failure) -> {
                                    if (failure == null) {
                                        opened.complete(receiver);
                                    } else {
                                        opened.completeExceptionally(failure);
                                    }
                                });
                    }
                })
                .connect("127.0.0.1", port)
                .sync()
                .channel();
        return new WireSession(channel, opened.get(TIMEOUT_SECONDS, TimeUnit.SECONDS));
    }

    /** What the server said at the end of the login. */
    String login() {
        return receiver.line(receiver.session.ok());
    }

    /** Sends {@code sql} as text and returns the answer. */
    List<String> query(String sql) throws Exception {
        return request(ComQuery.of(sql));
    }

    /** Prepares, executes and closes {@code sent}; warnings are those of the execution. */
    List<String> prepared(Sent sent) throws Exception {
        List<String> answer = new ArrayList<>(request(new ComStmtPrepare(SqlText.of(sent.sql()))));
        if (receiver.prepared == null) {
            return answer;
        }
        long id = receiver.prepared.statementId();
        Bytes parameters = sent.parameters() == null ? Bytes.EMPTY : sent.parameters();
        answer.addAll(request(new ComStmtExecute(id, 0, 1, parameters)));
        send(new ComStmtClose(id));
        return answer;
    }

    /** Whether the last answer left something for {@code SHOW WARNINGS}. */
    boolean hasWarnings() {
        return receiver.warnings;
    }

    private List<String> request(Command command) throws Exception {
        CompletableFuture<List<String>> answer = new CompletableFuture<>();
        channel.eventLoop().execute(() -> {
            receiver.begin(command.code(), answer);
            if (!channel.isActive()) {
                return;
            }
            channel.pipeline().get(PayloadEncoder.class).sequence().reset();
            channel.writeAndFlush(command);
        });
        try {
            return answer.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("no answer within " + TIMEOUT_SECONDS + " s to " + command, e);
        }
    }

    private void send(Command command) {
        channel.eventLoop().execute(() -> {
            if (!channel.isActive()) {
                return;
            }
            channel.pipeline().get(PayloadEncoder.class).sequence().reset();
            channel.writeAndFlush(command);
        });
    }

    @Override
    public void close() {
        channel.close().syncUninterruptibly();
    }

    /** Collects answers. Event loop only. */
    private static final class Receiver extends ChannelInboundHandlerAdapter {
        private final ClientSession session;
        private final Capabilities capabilities;
        private final ResponseTracker tracker;
        private List<String> lines = new ArrayList<>();
        private CompletableFuture<List<String>> answer = new CompletableFuture<>();
        private volatile @Nullable PrepareOk prepared;
        private volatile boolean warnings;
        private boolean closed;

        Receiver(ClientSession session) {
            this.session = session;
            this.capabilities = session.capabilities();
            this.tracker = new ResponseTracker(capabilities);
        }

        void begin(int command, CompletableFuture<List<String>> next) {
            lines = new ArrayList<>();
            answer = next;
            prepared = null;
            warnings = false;
            tracker.begin(command);
            if (closed) {
                lines.add("connection closed");
                end();
            }
        }

        private void end() {
            answer.complete(lines);
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf payload = (ByteBuf) message;
            try {
                lines.add(line(tracker.accept(payload), payload));
            } finally {
                payload.release();
            }
            if (tracker.isComplete()) {
                end();
            }
        }

        /** Without what the optimizer chose, which statistics decide, and what {@code docs/limits.md} says of session changes. */
        private String line(OkPacket ok) {
            List<SessionChange> changes =
                    ok.changes().stream().filter(this::isCompared).toList();
            ServerStatus status = ok.status().without(StatusFlag.NO_INDEX_USED).without(StatusFlag.NO_GOOD_INDEX_USED);
            return "ok affected=" + ok.affectedRows() + " id=" + ok.lastInsertId() + " status="
                    + (changes.isEmpty() ? status.without(StatusFlag.SESSION_STATE_CHANGED) : status).flags()
                    + " warnings="
                    + ok.warnings() + " info=" + ok.info() + " changes=" + changes;
        }

        private boolean isCompared(SessionChange change) {
            boolean mysql = !session.greeting().serverVersion().contains("MariaDB");
            return !(change instanceof SessionChange.SystemVariable variable
                            && variable.name().equals(SEQ))
                    && !(mysql && change instanceof SessionChange.TransactionState);
        }

        private String line(ResponsePart part, ByteBuf payload) {
            switch (part) {
                case OK, ROWS_END -> {
                    OkPacket ok = OkPacket.readEnd(payload, capabilities);
                    warnings |= ok.warnings() > 0;
                    return part + " " + line(ok);
                }
                case ERROR -> {
                    ErrPacket error = ErrPacket.read(payload);
                    warnings = true;
                    return "ERROR " + error.number() + " " + error.sqlState() + " " + error.message();
                }
                case PREPARED -> {
                    PrepareOk found = PrepareOk.read(payload);
                    prepared = found;
                    return "PREPARED columns=" + found.columns() + " parameters=" + found.parameters() + " warnings="
                            + found.warnings();
                }
                case DEFINITION -> {
                    ColumnDefinition column = ColumnDefinition.read(payload, capabilities);
                    String line = column.toString()
                            .replace("flags=" + column.flags(), "flags=" + (column.flags() & ~KEY_FLAGS));
                    // MySQL writes these in either case, as somebody else has asked before
                    return column.schema().equals("information_schema")
                            ? line.replace(
                                    "originalTable=" + column.originalTable(),
                                    "originalTable=" + column.originalTable().toUpperCase(Locale.ROOT))
                            : line;
                }
                case ROW -> {
                    return "ROW " + readable(payload);
                }
                case DEFINITIONS_END -> {
                    // what it knows of the query's plan already, behind a proxy that is told only at the end, is left
                    // out
                    EofPacket eof = EofPacket.read(payload);
                    return part + " autocommit=" + eof.status().has(StatusFlag.AUTOCOMMIT);
                }
                default -> {
                    return part + " " + ByteBufUtil.hexDump(payload);
                }
            }
        }

        private static String readable(ByteBuf payload) {
            String text = payload.toString(StandardCharsets.ISO_8859_1);
            StringBuilder out = new StringBuilder(text.length());
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                out.append(c >= ' ' && c < 127 && c != '\\' ? String.valueOf(c) : String.format("\\%02x", (int) c));
            }
            return out.toString();
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            closed = true;
            lines.add("connection closed");
            end();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            lines.add("broken: " + cause);
            ctx.close();
        }
    }
}
