package io.shareddb.server.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.ScheduledFuture;
import io.shareddb.cluster.role.RoleView;
import io.shareddb.protocol.capability.Capabilities;
import io.shareddb.protocol.handshake.ClientLoginConfig;
import io.shareddb.protocol.handshake.LoginAttempt;
import io.shareddb.protocol.packet.ErrPacket;
import io.shareddb.protocol.packet.OkPacket;
import io.shareddb.protocol.packet.SqlException;
import io.shareddb.protocol.wire.MalformedPacketException;
import io.shareddb.protocol.wire.Payload;
import io.shareddb.protocol.wire.PayloadEncoder;
import io.shareddb.protocol.wire.SequenceCounter;
import io.shareddb.replication.engine.Gtid;
import io.shareddb.replication.engine.StatementPolicy;
import io.shareddb.server.routing.Statement;
import io.shareddb.server.routing.Statement.Kind;
import io.shareddb.server.routing.Statement.Target;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's session: takes its commands one by one, chooses the connection that may execute each, and deals with the loss of
 * one. Event loop only, but for {@link #id}, {@link #isPeer} and what {@link SessionRegistry} calls through the event loop.
 *
 * <p>{@link #dispatch} is called after each event until the command at hand has been sent; every step looks at the role anew.
 */
@SuppressWarnings("FutureReturnValueIgnored") // failed writes close the channel, which is heard of
final class ProxySession extends ChannelInboundHandlerAdapter implements Backend.Owner {
    /** How long a peer's statement waits here: longer than a takeover takes, and then its client should hear that another node leads. */
    private static final Duration PEER_WAIT = Duration.ofSeconds(3);

    private static final Logger log = LoggerFactory.getLogger(ProxySession.class);
    private static final long RETRY_MILLIS = 50;
    private static final long LOOK_MILLIS = 100;

    private final ProxyContext context;
    private final long id;
    private final Channel channel;
    private final CommandStream commands;
    private final CommandHandler handler;

    private Capabilities capabilities = Capabilities.NONE;
    private Map<String, String> attributes = Map.of();
    private int collation;
    private Accounts.@Nullable Account account;
    private volatile boolean peer;
    private volatile long engineId;

    private SessionState state = new SessionState();
    private @Nullable Backend writer;
    private @Nullable Backend reader;
    private @Nullable Request current;
    private @Nullable Exchange exchange;
    private @Nullable CompletableFuture<OkPacket> opening;
    private @Nullable ScheduledFuture<?> deadline;
    private Backend.@Nullable Route connecting;
    private long attempts;
    private boolean stepping; // an answer is awaited that calls dispatch again
    private boolean killed;
    private boolean closed;
    private long lastActivityNanos = System.nanoTime();

    ProxySession(ProxyContext context, long id, Channel channel) {
        this.context = context;
        this.id = id;
        this.channel = channel;
        this.handler = new CommandHandler(this);
        this.commands = new CommandStream(channel.alloc(), context.config().maxPayloadBytes(), handler);
    }

    /** The id in the greeting. Any thread. */
    long id() {
        return id;
    }

    /** Another node's proxy. Any thread. */
    boolean isPeer() {
        return peer;
    }

    /** The id of its connection to this node's engine while this node leads; 0 for none. Any thread. */
    long engineId() {
        return engineId;
    }

    Channel channel() {
        return channel;
    }

    ProxyContext context() {
        return context;
    }

    Capabilities capabilities() {
        return capabilities;
    }

    SessionState state() {
        return state;
    }

    CommandStream commands() {
        return commands;
    }

    /** The connection to the leader, if one is open. */
    Optional<Backend> writer() {
        return Optional.ofNullable(writer);
    }

    Optional<Accounts.Account> account() {
        return Optional.ofNullable(account);
    }

    // Login and reset.

    /** Opens the first connection for a client whose password was right; fails with {@link SqlException}. */
    CompletionStage<OkPacket> open(LoginAttempt attempt, Accounts.Account forAccount, boolean isPeer) {
        peer = isPeer;
        capabilities = attempt.capabilities();
        attributes = attempt.login().attributes();
        return begin(forAccount, attempt.login().database(), attempt.login().collation());
    }

    /** Starts over, as if just logged in. */
    CompletionStage<OkPacket> begin(Accounts.Account forAccount, @Nullable String database, int newCollation) {
        dropBackends();
        account = forAccount;
        collation = newCollation == 0 ? ClientLoginConfig.of("", "").collation() : newCollation;
        state = new SessionState();
        if (database != null && !database.isEmpty()) {
            state.journal().database(database);
        }
        CompletableFuture<OkPacket> opened = new CompletableFuture<>();
        opening = opened;
        Statement statement = new Statement(Kind.READ, peer ? Target.LEADER : Target.ANY, false, "");
        start(new Request(-1, statement, "", null, null, false));
        return opened;
    }

    /** Forgets everything but the default database; the next statement gets a fresh connection. */
    void reset() {
        dropBackends();
        String database = state.journal().database();
        state = new SessionState();
        if (!database.isEmpty()) {
            state.journal().database(database);
        }
    }

    private void dropBackends() {
        for (Backend backend : backends()) {
            backend.close();
        }
        writer = null;
        engineId = 0;
        reader = null;
    }

    private List<Backend> backends() {
        Deque<Backend> all = new ArrayDeque<>(2);
        if (writer != null) {
            all.add(writer);
        }
        if (reader != null) {
            all.add(reader);
        }
        return List.copyOf(all);
    }

    // Events of the client's channel.

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        lastActivityNanos = System.nanoTime();
        commands.feed((ByteBuf) message);
        if (commands.waitingBytes() > CommandStream.HEAD_BYTES && !commands.passing()) {
            channel.config().setAutoRead(current == null);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        channel.flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        Exchange open = exchange;
        if (open != null && channel.isWritable()) {
            open.backend().channel().config().setAutoRead(true);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        closed();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        log.debug("session {} failed: {}", id, cause.toString());
        if (cause instanceof MalformedPacketException && !closed && exchange == null) {
            refuseAndClose(ProxyErrors.malformed(String.valueOf(cause.getMessage())));
        } else {
            channel.close();
        }
    }

    /** The client's channel is closed, at whatever point. */
    void channelClosed() {
        closed();
    }

    /** The proxy ends. */
    void shutDown() {
        if (exchange == null && current == null && opening == null) {
            refuseAndClose(ProxyErrors.shutdown(), 0);
        } else {
            close();
        }
    }

    private void closed() {
        if (closed) {
            return;
        }
        closed = true;
        context.sessions().remove(this);
        commands.close();
        cancelDeadline();
        dropBackends();
        exchange = null;
        Request open = current;
        if (open != null) {
            current = null;
            open.release();
        }
        CompletableFuture<OkPacket> login = opening;
        if (login != null) {
            opening = null;
            login.completeExceptionally(new SqlException(ProxyErrors.shutdown()));
        }
    }

    /** Hangs up if nothing was asked for so long. */
    void closeIfIdle(long nowNanos, long idleNanos) {
        if (!closed && current == null && nowNanos - lastActivityNanos > idleNanos) {
            log.debug("session {} was idle for {} s", id, TimeUnit.NANOSECONDS.toSeconds(nowNanos - lastActivityNanos));
            channel.close();
        }
    }

    // One command.

    /** Begins with {@code request}, which this method owns. */
    void start(Request request) {
        if (closed) {
            request.release();
            return;
        }
        current = request;
        dispatch();
    }

    /** Looks at the command at hand and takes the next step towards sending it. */
    void dispatch() {
        Request request = current;
        if (closed || stepping || request == null || exchange != null) {
            return;
        }
        RoleView view = context.cluster().role();
        dropStale(view);
        if (reportLoss(request)) {
            return;
        }
        Link link = choose(view, request);
        Backend backend = link == Link.WRITER ? writer : reader;
        if (link == null || backend == null) {
            if (request.command() >= 0 && request.form() == null && !request.large()) {
                finish(); // it closes what went with an earlier connection
                return;
            }
        }
        if (link == null) {
            await(request);
            return;
        }
        if (backend == null) {
            connect(link, view, request);
            return;
        }
        List<SessionJournal.Entry> missing =
                state.journal().after(backend.journalVersion(), backend.route().link() == Link.WRITER);
        if (!missing.isEmpty()) {
            repeat(backend, missing.get(0));
            return;
        }
        backend.journalVersion(state.journal().version());
        String gtid = state.awaitedGtid();
        if (link == Link.READER && gtid != null && request.statement().kind() == Kind.READ) {
            awaitOwnWrite(backend, request, gtid);
            return;
        }
        cancelDeadline();
        send(request, backend);
    }

    /** Tells the client what was lost with an earlier connection, instead of executing anything. */
    private boolean reportLoss(Request request) {
        if (state.stateLost()) {
            refuseAndClose(ProxyErrors.stateLost());
            return true;
        }
        if (!state.transactionLost() || request.command() < 0) {
            return false;
        }
        state.transactionLossReported();
        if (request.statement().kind() == Kind.ROLLBACK) {
            return false;
        }
        context.metrics().rollbacks.increment();
        fail(ProxyErrors.rolledBack());
        return true;
    }

    /** The connection for {@code request}, or null while there is none. */
    private @Nullable Link choose(RoleView view, Request request) {
        if (view.writable()) {
            return writer != null || context.engine().now().isPresent() ? Link.WRITER : null;
        }
        boolean local = !peer && !request.forLeader() && !request.large() && !state.tied() && view.readable();
        if (local && (reader != null || context.engine().now().isPresent())) {
            Target target = request.statement().target();
            Link last = state.lastLink();
            if (target == Target.ANY || (target == Target.LAST && last != Link.WRITER)) {
                return Link.READER;
            }
        }
        boolean leaderKnown =
                writer != null || context.cluster().leaderEndpoint().isPresent();
        return leaderKnown && !peer ? Link.WRITER : null;
    }

    /** Closes connections that do not fit the role any more. */
    private void dropStale(RoleView view) {
        Backend open = writer;
        if (open != null && !fits(open.route(), view)) {
            lose(open);
        }
        Backend local = reader;
        if (local != null && !local.busy() && (view.writable() || !view.readable())) {
            reader = null;
            local.close();
        }
    }

    private static boolean fits(Backend.Route route, RoleView view) {
        if (route.local()) {
            return view.writable() && view.epoch() == route.epoch();
        }
        return !view.writable() && (view.leader().isEmpty() || view.leader().equals(route.leader()));
    }

    /** The node's role or leader has changed. */
    void roleChanged(RoleView view) {
        if (closed) {
            return;
        }
        dropStale(view);
        Backend.Route attempt = connecting;
        if (attempt != null && attempt.link() == Link.WRITER && !fits(attempt, view)) {
            connecting = null; // a deposed leader may never answer
            stepping = false;
        }
        dispatch();
    }

    /** Looks again after each change of the role, and now and then, until the command has waited long enough. */
    private void await(Request request) {
        if (deadline != null) {
            return;
        }
        boolean login = request.command() < 0;
        Duration limit = login
                ? context.config().handshakeTimeout().multipliedBy(4).dividedBy(5)
                : peer
                        ? shorter(context.config().leaderWait(), PEER_WAIT)
                        : context.config().leaderWait();
        long leftNanos = request.startNanos() + limit.toNanos() - System.nanoTime();
        long pauseNanos = Math.max(0, Math.min(leftNanos, TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS)));
        deadline = channel.eventLoop()
                .schedule(
                        () -> {
                            deadline = null;
                            if (closed || current != request || exchange != null) {
                                return;
                            }
                            if (System.nanoTime() - request.startNanos() >= limit.toNanos()) {
                                context.metrics().leaderTimeouts.increment();
                                fail(ProxyErrors.noLeader(limit));
                            } else if (stepping) {
                                await(request);
                            } else {
                                dispatch();
                            }
                        },
                        pauseNanos,
                        TimeUnit.NANOSECONDS);
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private void cancelDeadline() {
        ScheduledFuture<?> running = deadline;
        if (running != null) {
            deadline = null;
            running.cancel(false);
        }
    }

    // Connections to engines.

    private void connect(Link link, RoleView view, Request request) {
        Accounts.Account login = account;
        LocalEngine engine = context.engine().now().orElse(null);
        boolean local = link == Link.READER || view.writable();
        SocketAddress address = local
                ? engine == null ? null : new InetSocketAddress(engine.host(), engine.port())
                : context.cluster().leaderEndpoint().orElse(null);
        await(request);
        if (address == null || login == null) {
            return; // the role changes under our hands; the next change calls
        }
        ClientLoginConfig config = (local
                        ? ClientLoginConfig.of(
                                        login.engine().user(), login.engine().password())
                                .withAttributes(attributes)
                        : ClientLoginConfig.of(
                                        context.peers().user(), context.peers().key())
                                .withAttributes(peerAttributes(login)))
                .withCapabilities(BackendConnector.wanted(capabilities))
                .withCollation(collation)
                .withRequestPublicKey(local)
                .withDatabase(
                        state.journal().database().isEmpty()
                                ? null
                                : state.journal().database());
        Backend.Route route = new Backend.Route(link, local, view.epoch(), view.leader());
        stepping = true;
        connecting = route;
        long attempt = ++attempts;
        long journalVersion = state.journal().versionAtLogin();
        BackendConnector.connect(channel.eventLoop(), address, config, route, this)
                .whenComplete((backend, failure) -> {
                    if (connecting == null || attempts != attempt) {
                        if (backend != null) {
                            backend.close(); // given up meanwhile
                        }
                        return;
                    }
                    connecting = null;
                    stepping = false;
                    if (failure != null) {
                        connectFailed(request, address, failure);
                    } else if (closed) {
                        backend.close();
                    } else {
                        backend.journalVersion(journalVersion);
                        connected(link, backend, engine);
                    }
                });
    }

    private Map<String, String> peerAttributes(Accounts.Account login) {
        InetSocketAddress remote = (InetSocketAddress) channel.remoteAddress();
        return Map.of(
                PeerCredentials.ACCOUNT_ATTRIBUTE,
                login.name(),
                PeerCredentials.ADDRESS_ATTRIBUTE,
                remote == null ? "" : remote.getAddress().getHostAddress());
    }

    private void connectFailed(Request request, SocketAddress address, Throwable failure) {
        if (closed || current != request) {
            dispatch();
            return;
        }
        if (failure instanceof SqlException refused) {
            fail(refused.error());
            return;
        }
        log.debug("session {}: no connection to {}: {}", id, address, failure.toString());
        stepping = true;
        channel.eventLoop()
                .schedule(
                        () -> {
                            stepping = false;
                            dispatch();
                        },
                        RETRY_MILLIS,
                        TimeUnit.MILLISECONDS);
    }

    private void connected(Link link, Backend backend, @Nullable LocalEngine engine) {
        if (link == Link.WRITER) {
            writer = backend;
            engineId = backend.route().local() ? backend.threadId() : 0;
        } else {
            reader = backend;
        }
        Deque<String> setup = new ArrayDeque<>();
        if (backend.route().local() && engine != null) {
            setup.add(engine.family().sessions().setup());
        }
        if (link == Link.READER) {
            setup.add("SET SESSION TRANSACTION READ ONLY");
        }
        setUp(backend, setup);
    }

    private void setUp(Backend backend, Deque<String> statements) {
        String next = statements.poll();
        if (next == null) {
            dispatch();
            return;
        }
        stepping = true;
        InternalQuery.run(backend, next).thenAccept(answer -> {
            stepping = false;
            if (answer.error().isEmpty()) {
                setUp(backend, statements);
                return;
            }
            if (answer.error().get().equals(InternalQuery.CONNECTION_LOST)) {
                dispatch();
                return;
            }
            log.warn(
                    "session {}: engine refuses {}: {}",
                    id,
                    next,
                    answer.error().get().message());
            forget(backend);
            backend.close();
            if (current != null) {
                fail(answer.error().get());
            }
        });
    }

    private void forget(Backend backend) {
        if (writer == backend) {
            writer = null;
            engineId = 0;
        }
        reader = reader == backend ? null : reader;
    }

    /** Makes a setting of the session on a connection that does not have it yet. */
    private void repeat(Backend backend, SessionJournal.Entry entry) {
        stepping = true;
        InternalQuery.run(backend, entry.sql()).thenAccept(answer -> {
            stepping = false;
            answer.error().ifPresent(error -> log.debug("session {}: {}: {}", id, entry.names(), error.message()));
            backend.journalVersion(entry.version());
            dispatch();
        });
    }

    private void awaitOwnWrite(Backend backend, Request request, String gtid) {
        LocalEngine engine = context.engine().last().orElse(null);
        if (engine == null) {
            request.forLeader(true);
            dispatch();
            return;
        }
        context.metrics().ownWriteWaits.increment();
        stepping = true;
        String sql = engine.family()
                .sessions()
                .awaitApplied(engine.family().gtid(gtid), context.config().ownWriteWait());
        InternalQuery.run(backend, sql).thenAccept(answer -> {
            stepping = false;
            if (answer.value().equals(Optional.of("0"))) {
                state.applied(gtid);
            } else {
                context.metrics().ownWriteTimeouts.increment();
                request.forLeader(true);
            }
            dispatch();
        });
    }

    private void send(Request request, Backend backend) {
        Link link = backend.route().link();
        if (request.command() < 0) {
            opened(backend);
            return;
        }
        state.lastLink(link);
        (link == Link.READER ? context.metrics().localStatements : context.metrics().leaderStatements).increment();
        ResponseStream.Form form = request.form();
        if (form == null) {
            ByteBuf packet = request.takePacket();
            if (packet != null) {
                backend.write(packet);
            }
            if (request.large()) {
                exchange = new Exchange(this, request, backend, ResponseStream.Form.RESULTS);
                commands.passLarge();
            } else {
                finish();
            }
            return;
        }
        if (request.statement().pins()) {
            state.pin();
        }
        Exchange next = new Exchange(this, request, backend, form);
        exchange = next;
        next.stream().requestEndedWith(commands.lastSequence());
        backend.send(link == Link.READER ? request.retainedPacket() : request.takePacket(), next.stream());
        if (request.large()) {
            commands.passLarge();
        }
    }

    /** The login or a change of user is through. */
    private void opened(Backend backend) {
        CompletableFuture<OkPacket> login = opening;
        opening = null;
        current = null;
        if (login != null) {
            state.answered(backend.route().link(), backend.agreed().ok().status());
            login.complete(backend.agreed().ok());
        }
    }

    // The answer.

    void writeToClient(ByteBuf packets) {
        channel.write(packets, channel.voidPromise());
    }

    void flush() {
        channel.flush();
    }

    Gtid gtid(String text) {
        return context.engine()
                .last()
                .map(engine -> engine.family().gtid(text))
                .orElseThrow(() -> new IllegalStateException("no engine, but a commit of it: " + text));
    }

    /** Whether no client may change {@code variable}. */
    boolean isFenced(String variable) {
        return context.engine()
                .last()
                .map(engine -> engine.family().sessions().fencedVariables().contains(variable))
                .orElse(false);
    }

    void databaseChanged(Backend backend, String name) {
        if (!name.equals(state.journal().database())) {
            boolean upToDate = backend.journalVersion() == state.journal().version();
            long version = state.journal().database(name);
            if (upToDate) {
                backend.journalVersion(version);
            }
        }
    }

    /** The local engine will not have it: the leader's turn. */
    void reroute(Request request) {
        context.metrics().rerouted.increment();
        exchange = null;
        request.forLeader(true);
        channel.eventLoop().execute(this::dispatch);
    }

    void passFile(Exchange open) {
        flush();
        channel.config().setAutoRead(true);
        commands.passFile(open.stream().lastSequence(), open.stream().shift());
    }

    /** Bytes of a long command or a file. */
    void passToBackend(ByteBuf bytes) {
        Exchange open = exchange;
        if (open == null) {
            bytes.release();
            return;
        }
        Channel engine = open.backend().channel();
        open.backend().write(bytes);
        if (!engine.isWritable()) {
            channel.config().setAutoRead(false);
        }
    }

    /** The client waits for the answer now. */
    void passedToBackend() {
        Exchange open = exchange;
        if (open == null) {
            return;
        }
        channel.config().setAutoRead(true);
        if (open.request().form() == null) {
            exchange = null;
            finish();
        } else {
            open.stream().requestEndedWith(commands.lastSequence());
        }
    }

    void finished(Exchange done) {
        if (exchange != done) {
            return;
        }
        exchange = null;
        Request request = done.request();
        Statement statement = request.statement();
        if (!done.failed() && !request.sql().isEmpty()) {
            boolean upToDate =
                    done.backend().journalVersion() == state.journal().version();
            long version = state.journal().add(statement.detail(), request.sql(), statement.target() == Target.LEADER);
            if (upToDate) {
                done.backend().journalVersion(version);
            }
        }
        if (commands.passing()) {
            close(); // the engine refused a long command before all of it was sent; there is no way back into step
            return;
        }
        finish();
    }

    /** The command at hand is answered: on to the next one. */
    void finish() {
        if (killed) {
            close();
            return;
        }
        Request done = current;
        current = null;
        if (done != null) {
            done.release();
        }
        lastActivityNanos = System.nanoTime();
        if (!channel.config().isAutoRead()) {
            channel.config().setAutoRead(true);
        }
        commands.next();
    }

    /** Answers the command at hand with {@code payload}. */
    void reply(Payload payload) {
        write(payload, (commands.lastSequence() + 1) & 0xff);
        channel.flush();
        finish();
    }

    void write(Payload payload, int number) {
        SequenceCounter sequence = new SequenceCounter();
        sequence.set(number);
        channel.write(PayloadEncoder.frame(channel.alloc(), payload, sequence), channel.voidPromise());
    }

    /** Refuses the command at hand before anything of it was sent. */
    void fail(ErrPacket error) {
        cancelDeadline();
        CompletableFuture<OkPacket> login = opening;
        if (login != null) {
            opening = null;
            current = null;
            login.completeExceptionally(new SqlException(error));
            return;
        }
        Request request = current;
        if (request != null && request.large()) {
            refuseAndClose(error);
        } else if (request != null && request.form() == null) {
            finish(); // nobody waits for an answer
        } else {
            reply(error);
        }
    }

    void refuseAndClose(ErrPacket error) {
        refuseAndClose(error, (commands.lastSequence() + 1) & 0xff);
    }

    private void refuseAndClose(ErrPacket error, int number) {
        CompletableFuture<OkPacket> login = opening;
        if (login != null) {
            fail(error);
            return;
        }
        write(error, number);
        close();
    }

    /** Sends what is left for the client, then hangs up. */
    void close() {
        commands.close();
        channel.config().setAutoRead(false);
        channel.writeAndFlush(channel.alloc().buffer(0)).addListener(ChannelFutureListener.CLOSE);
        closed();
    }

    // Losses.

    @Override
    public void lost(Backend backend) {
        lose(backend);
        dispatch();
    }

    /** {@code backend} is gone, or is given up now. */
    private void lose(Backend backend) {
        Exchange open = exchange;
        boolean under = open != null && open.backend() == backend;
        boolean inTransaction = state.inTransaction();
        boolean isWriter = writer == backend;
        forget(backend);
        if (isWriter) {
            state.writerLost();
        }
        if (under && open != null) {
            exchange = null;
            abandon(open, isWriter, inTransaction);
        }
        backend.close();
    }

    /** Tells the client what became of a command whose connection is gone. */
    private void abandon(Exchange open, boolean isWriter, boolean inTransaction) {
        boolean mayCommit = isWriter && open.request().statement().mayCommit(inTransaction);
        int number = (open.stream().lastSequence() + 1) & 0xff;
        boolean takesError = open.stream().takesError() && !commands.passing();
        if (killed && takesError) {
            refuseAndClose(ProxyErrors.killed(), number);
            return;
        }
        if (!isWriter && open.stream().untouched() && !open.request().large()) {
            reroute(open.request());
        } else if (mayCommit) {
            context.metrics().unknownOutcomes.increment();
            if (takesError) {
                refuseAndClose(ProxyErrors.outcomeUnknown(), number);
            } else {
                close();
            }
        } else if (!takesError) {
            close();
        } else {
            state.transactionLossReported();
            context.metrics().rollbacks.increment();
            write(ProxyErrors.rolledBack(), number);
            channel.flush();
            finish();
        }
    }

    /** The epoch ended while an OK was held. */
    void outcomeUnknown() {
        Exchange open = exchange;
        if (open != null) {
            context.metrics().unknownOutcomes.increment();
            int number = (open.stream().lastSequence() + 1) & 0xff;
            exchange = null;
            if (open.stream().takesError()) {
                refuseAndClose(ProxyErrors.outcomeUnknown(), number);
            } else {
                close();
            }
        }
    }

    @Override
    public void readComplete(Backend backend) {
        channel.flush();
        Exchange open = exchange;
        if (open != null && open.backend() == backend && !channel.isWritable()) {
            backend.channel().config().setAutoRead(false);
        }
    }

    @Override
    public void writabilityChanged(Backend backend) {
        if (backend.channel().isWritable() && exchange != null && commands.passing()) {
            channel.config().setAutoRead(true);
        }
    }

    /** A statement got round the policy: the session ends before it can do harm. */
    void fenced(String variable) {
        Exchange open = exchange;
        log.warn("session {} changed {} by roundabout means and is closed", id, variable);
        if (open != null) {
            refuseAndClose(
                    ProxyErrors.refused(new StatementPolicy.Refusal(
                            "a change of " + variable, "it would take this session's writes out of the log")),
                    (open.stream().lastSequence() + 1) & 0xff);
        }
    }

    /**
     * Somebody kills this session: at once if it is idle, else as soon as the engine has ended what it executes. A commit under way
     * finishes all the same.
     */
    void kill() {
        if (closed) {
            return;
        }
        if (exchange == null) {
            refuseAndClose(ProxyErrors.killed(), 0);
        } else {
            killed = true;
        }
    }

    @Override
    public void killed(Backend backend) {
        kill();
    }

    /** What a KILL of this session has to end: the connection that executes its command, if one does. */
    Optional<Backend> executing() {
        return Optional.ofNullable(exchange).map(Exchange::backend);
    }
}
