package io.shareddb.server.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.shareddb.protocol.handshake.ClientSession;
import io.shareddb.protocol.packet.ErrPacket;
import io.shareddb.protocol.packet.SessionChange;
import io.shareddb.protocol.wire.Packets;
import io.shareddb.replication.log.NodeId;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection to an engine or to the leader's proxy, on the event loop of its session. Event loop only. */
@SuppressWarnings("FutureReturnValueIgnored") // failed writes close the channel, which is heard of
final class Backend extends ChannelInboundHandlerAdapter {
    private static final Logger log = LoggerFactory.getLogger(Backend.class);
    private static final int CLOSE_BYTES = Packets.HEADER_BYTES + 1 + 4;
    private static final byte[] QUIT = {1, 0, 0, 0, 1};

    /** Hears what happens to the connection. */
    interface Owner {
        /** Nobody cares; who waits for an answer hears of a loss all the same. */
        Owner NOBODY = new Owner() {
            @Override
            public void lost(Backend backend) {}

            @Override
            public void killed(Backend backend) {}

            @Override
            public void readComplete(Backend backend) {}

            @Override
            public void writabilityChanged(Backend backend) {}
        };

        /** The other side hung up or broke the protocol. */
        void lost(Backend backend);

        /** The other side says that somebody killed it. */
        void killed(Backend backend);

        /** All that was there was read. */
        void readComplete(Backend backend);

        /** It takes bytes again, or takes no more for now. */
        void writabilityChanged(Backend backend);
    }

    /**
     * Where it leads.
     *
     * @param local to this node's engine
     * @param epoch this node's when it was opened
     * @param leader who led then
     */
    record Route(Link link, boolean local, long epoch, Optional<NodeId> leader) {}

    /**
     * How it came about.
     *
     * @param address where the other side was looked for
     */
    record Origin(SocketAddress address, SessionLogin login) {}

    /**
     * A prepared statement as the engine knows it.
     *
     * @param id the engine's
     * @param typesVersion of the parameters' types that it was given last; 0 for none
     */
    record Installed(long id, long typesVersion) {}

    private final Map<Long, Installed> installed = new HashMap<>(0);
    private final Route route;
    private final Channel channel;
    private final ClientSession agreed;
    private final long openedNanos = System.nanoTime();
    private Owner owner;
    private @Nullable Origin origin;
    private @Nullable ResponseStream response;
    private long journalVersion;
    private String database = "";
    private Charset charset = StandardCharsets.UTF_8;
    private boolean preparedSinceHeard;
    private boolean closed;

    Backend(Route route, Channel channel, ClientSession agreed, Owner owner) {
        this.route = route;
        this.channel = channel;
        this.agreed = agreed;
        this.owner = owner;
    }

    Route route() {
        return route;
    }

    ClientSession agreed() {
        return agreed;
    }

    /** The connection's id on the other side. */
    long threadId() {
        return agreed.greeting().threadId();
    }

    Channel channel() {
        return channel;
    }

    /** When it was logged in, as {@link System#nanoTime}. */
    long openedNanos() {
        return openedNanos;
    }

    /** As whom another session may use it, once it is reset; null if none may. */
    @Nullable
    Origin origin() {
        return origin;
    }

    /** Other sessions with the same login may use it later. */
    void reusable(Origin same) {
        origin = same;
    }

    /** No other session may use it, for somebody is about to kill what it executes. */
    void useNoMore() {
        origin = null;
    }

    /** It belongs to {@code next} from now on, with nothing that the former owner had done on it but the default database. */
    void owner(Owner next) {
        owner = next;
        channel.config().setAutoRead(true);
        installed.clear();
        journalVersion = 0;
        preparedSinceHeard = false;
    }

    /** Nothing is under way, and all that was written is sent. */
    boolean isIdle() {
        return response == null && !closed && channel.isActive() && channel.isWritable();
    }

    /** Whether a command is being answered. */
    boolean busy() {
        return response != null;
    }

    @Nullable
    ResponseStream response() {
        return response;
    }

    long journalVersion() {
        return journalVersion;
    }

    void journalVersion(long version) {
        journalVersion = version;
    }

    /** Its default database; empty for none. */
    String database() {
        return database;
    }

    void database(String name) {
        database = name;
    }

    /** In which it takes SQL. */
    Charset charset() {
        return charset;
    }

    void charset(Charset taken) {
        charset = taken;
    }

    /**
     * A statement was prepared or closed since the last OK: MariaDB reports that as a change of the session's state, together with the
     * next command's.
     */
    boolean preparedSinceHeard() {
        return preparedSinceHeard;
    }

    /** The other side says that a command changed this in its session. */
    void heard(List<SessionChange> changes) {
        preparedSinceHeard = false;
        for (SessionChange change : changes) {
            if (change instanceof SessionChange.Schema schema) {
                database = schema.name();
            } else if (change instanceof SessionChange.SystemVariable variable
                    && variable.name().equals("character_set_client")) {
                charset = SessionCharset.of(variable.value());
            }
        }
    }

    /** Sends a command, or its beginning, which is owned by this method; {@code answer} gets what comes back. */
    void send(@Nullable ByteBuf packet, ResponseStream answer) {
        response = answer;
        if (packet != null) {
            channel.writeAndFlush(packet, channel.voidPromise());
        }
    }

    /** Sends bytes of a command, owned by this method. */
    void write(ByteBuf bytes) {
        channel.writeAndFlush(bytes, channel.voidPromise());
    }

    /** The command is answered. */
    void answered() {
        response = null;
    }

    /** The statement with the client's id {@code clientId} is prepared here under {@code id}, without types of parameters. */
    void install(long clientId, long id) {
        installed.put(clientId, new Installed(id, 0));
        preparedSinceHeard = true;
    }

    /** The engine has got the types of this version. */
    void installedTypes(long clientId, long typesVersion) {
        installed.computeIfPresent(clientId, (key, known) -> new Installed(known.id(), typesVersion));
    }

    /** How the engine knows the client's statement; null if it is not prepared here. */
    @Nullable
    Installed installed(long clientId) {
        return installed.get(clientId);
    }

    /** Closes the client's statement here, if it is prepared. */
    void uninstall(long clientId) {
        Installed known = installed.remove(clientId);
        if (known != null) {
            preparedSinceHeard = true;
            write(channel.alloc()
                    .buffer(CLOSE_BYTES)
                    .writeMediumLE(CLOSE_BYTES - Packets.HEADER_BYTES)
                    .writeByte(0)
                    .writeByte(Command.STMT_CLOSE)
                    .writeIntLE((int) known.id()));
        }
    }

    /** Hangs up, and leaves what was received with its reader; {@link Owner#lost} is not called. */
    void detach() {
        closed = true;
        response = null;
        channel.close();
    }

    /** Hangs up, politely when nothing is under way; {@link Owner#lost} is not called. Idempotent. */
    void close() {
        if (closed) {
            return;
        }
        closed = true;
        ResponseStream open = response;
        response = null;
        if (open == null && channel.isActive()) {
            channel.writeAndFlush(channel.alloc().buffer(QUIT.length).writeBytes(QUIT))
                    .addListener(ChannelFutureListener.CLOSE);
        } else {
            if (open != null) {
                open.cancel();
            }
            channel.close();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf chunk = (ByteBuf) message;
        ResponseStream open = response;
        if (open == null) {
            boolean killed = isKilled(chunk);
            chunk.release(); // engines say why before they hang up
            if (killed) {
                owner.killed(this);
            }
            return;
        }
        open.feed(chunk);
    }

    /** An error packet, 1927. */
    private static boolean isKilled(ByteBuf packet) {
        int at = packet.readerIndex() + Packets.HEADER_BYTES;
        return packet.writerIndex() >= at + 3
                && packet.getUnsignedByte(at) == ErrPacket.HEADER
                && packet.getUnsignedShortLE(at + 1) == ProxyErrors.killed().number();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        owner.readComplete(this);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        owner.writabilityChanged(this);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (!closed) {
            closed = true;
            owner.lost(this);
            ResponseStream open = response;
            response = null;
            if (open != null) {
                open.cancel();
            }
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            log.debug("connection to the engine failed: {}", cause.toString());
        } else {
            log.warn("gives up a connection to the engine, whose answer it cannot handle", cause);
        }
        ctx.close();
    }
}
