package io.shareddb.server.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.shareddb.cluster.role.RoleView;
import io.shareddb.protocol.capability.Capabilities;
import io.shareddb.protocol.capability.Collation;
import io.shareddb.protocol.handshake.LoginAttempt;
import io.shareddb.protocol.packet.ErrPacket;
import io.shareddb.protocol.packet.OkPacket;
import io.shareddb.protocol.packet.SqlException;
import io.shareddb.protocol.wire.MalformedPacketException;
import io.shareddb.protocol.wire.Payload;
import io.shareddb.protocol.wire.PayloadEncoder;
import io.shareddb.protocol.wire.SequenceCounter;
import io.shareddb.replication.engine.StatementPolicy;
import io.shareddb.server.routing.Statement;
import io.shareddb.server.routing.Statement.Kind;
import io.shareddb.server.routing.Statement.Target;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's session: its life from login to the end, the command at hand, and what the client is sent. {@link Dispatcher} finds
 * the connection that executes a command, {@link CommandForwarder} sends it there, {@link Losses} deals with the loss of one. Event loop only, but for {@link #id},
 * {@link #isPeer} and {@link #engineId}.
 */
@SuppressWarnings("FutureReturnValueIgnored") // failed writes close the channel, which is heard of
final class ProxySession extends ChannelInboundHandlerAdapter implements Backend.Owner {
    private static final Logger log = LoggerFactory.getLogger(ProxySession.class);

    private final ProxyContext context;
    private final long id;
    private final Channel channel;
    private final ClientWriter writer;
    private final CommandStream commands;
    private final Links links = new Links();
    private final Losses losses;
    private final CommandForwarder forwarder;
    private final Idleness idleness = new Idleness(this);

    private Capabilities capabilities = Capabilities.NONE;
    private Map<String, String> attributes = Map.of();
    private @Nullable SessionLogin login;
    private volatile boolean peer;

    private SessionState state = new SessionState();
    private @Nullable Dispatcher dispatcher;
    private @Nullable Request current;
    private @Nullable Exchange exchange;
    private @Nullable CompletableFuture<OkPacket> opening;
    private boolean killed;
    private boolean ending;
    private boolean closed;
    private boolean answered; // the last command is, and the next one has not begun
    private int writerRound = -1;

    ProxySession(ProxyContext context, long id, Channel channel) {
        this.context = context;
        this.id = id;
        this.channel = channel;
        this.writer = new ClientWriter(channel);
        this.commands = new CommandStream(
                channel.alloc(), context.config().limits().maxPayloadBytes(), new CommandHandler(this));
        this.losses = new Losses(this, links);
        this.forwarder = new CommandForwarder(this);
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
        return links.engineId();
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

    Losses losses() {
        return losses;
    }

    CommandForwarder forwarder() {
        return forwarder;
    }

    Idleness idleness() {
        return idleness;
    }

    Links links() {
        return links;
    }

    /** As whom it works; empty before the password was right. */
    Optional<SessionLogin> login() {
        return Optional.ofNullable(login);
    }

    Optional<Accounts.Account> account() {
        return login().map(login -> login.holder().account());
    }

    /** The command at hand; null between two. */
    @Nullable
    Request current() {
        return current;
    }

    /** The command at hand while a connection executes it. */
    @Nullable
    Exchange exchange() {
        return exchange;
    }

    /** It has committed on this node's engine. */
    void countAsWriter() {
        writerRound = context.metrics().writers().add(writerRound);
    }

    boolean isClosed() {
        return closed;
    }

    boolean isKilled() {
        return killed;
    }

    /** A command is at hand, or what it left keeps the next one from beginning. */
    boolean isBusy() {
        return current != null || answered;
    }

    private Dispatcher dispatcher() {
        Dispatcher known = dispatcher;
        if (known == null) { // not in the constructor: the channel has no loop then
            known = new Dispatcher(this, links);
            dispatcher = known;
        }
        return known;
    }

    // Login and reset.

    /** The password was wrong: completes with {@code error} after a while. */
    CompletionStage<ErrPacket> denied(InetAddress address, String user, Supplier<ErrPacket> error) {
        context.metrics().deniedLogins.increment();
        CompletableFuture<ErrPacket> told = new CompletableFuture<>();
        Duration delay = context.failedLogins().failed(address, user);
        channel.eventLoop().schedule(() -> told.complete(error.get()), delay.toMillis(), TimeUnit.MILLISECONDS);
        return told;
    }

    /** Opens the first connection for a client whose password was right; fails with {@link SqlException}. */
    CompletionStage<OkPacket> open(LoginAttempt attempt, SessionLogin.Holder holder, boolean isPeer) {
        peer = isPeer;
        capabilities = attempt.capabilities();
        attributes = PeerCredentials.clients(attempt.login().attributes());
        if (isPeer) {
            context.sessions().peerAdmitted(this);
        } else {
            context.sessions().clientAdmitted(this, holder.address());
        }
        if (ClientCapabilities.isCompressed(capabilities)) {
            commands.takeAnySequence();
        }
        if (isPeer && PeerCredentials.isErrand(attempt.login().attributes())) {
            login = new SessionLogin(capabilities, attributes, attempt.login().collation(), holder);
            return CompletableFuture.completedFuture(OkPacket.of(state.lastStatus()));
        }
        return begin(holder, attempt.login().database(), attempt.login().collation());
    }

    /**
     * Starts over, as if just logged in.
     *
     * @param collation the session's; 0 for the engine's own. Those that a login has no room for are all of {@code utf8mb4}
     */
    CompletionStage<OkPacket> begin(SessionLogin.Holder holder, @Nullable String database, int collation) {
        boolean fitsLogin = collation <= SessionLogin.MAX_COLLATION;
        int atLogin = fitsLogin ? collation : Collation.UTF8MB4_GENERAL_CI;
        login = new SessionLogin(capabilities, attributes, atLogin, holder);
        startOver(database == null ? "" : database);
        if (!fitsLogin) {
            state.journal().add("COLLATION_CONNECTION", "SET collation_connection = " + collation, false);
        }
        if (!peer && database == null && holder.account().identity().isEmpty() && engineServes()) {
            return CompletableFuture.completedFuture(OkPacket.of(state.lastStatus()));
        }
        CompletableFuture<OkPacket> opened = new CompletableFuture<>();
        opening = opened;
        Statement statement = Statement.of(Kind.READ, peer ? Target.LEADER : Target.ANY);
        start(new Request(-1, statement, "", null, null, false));
        return opened;
    }

    /** Whether a connection could be had now; if nothing else is to be asked of the engine, the first statement opens it. */
    private boolean engineServes() {
        RoleView view = context.cluster().role();
        return context.engine().now().isPresent() && (view.writable() || view.readable());
    }

    /** Forgets everything but the default database; the next statement gets a fresh connection. */
    void reset() {
        SessionLogin known = login;
        if (known != null && context.engine().resetForgetsCharset()) {
            login = known.withEnginesCollation();
        }
        startOver(state.journal().database());
    }

    private void startOver(String database) {
        endLinks(leavesNothing());
        dispatcher().startOver();
        state.discard();
        state = new SessionState();
        state.seen(Math.max(
                context.cluster().history().committedSeq(), context.sessions().acknowledgedSeq()));
        state.journal().database(database);
    }

    // Events of the client's channel.

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        idleness.active();
        commands.feed((ByteBuf) message);
        if (commands.isFull()) {
            channel.config().setAutoRead(false);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        writer.flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        Exchange open = exchange;
        if (open != null && channel.isWritable()) {
            open.backend().channel().config().setAutoRead(true);
        }
        goOn();
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
            endAfterCommand();
        }
    }

    private void closed() {
        if (closed) {
            return;
        }
        closed = true;
        boolean leavesNothing = leavesNothing();
        context.sessions().remove(this);
        commands.close();
        writer.discard();
        stopWaiting();
        Exchange executing = exchange;
        exchange = null;
        endLinks(leavesNothing);
        if (executing != null) {
            executing.stream().cancel();
        }
        state.discard();
        Request open = current;
        if (open != null) {
            current = null;
            open.release();
        }
        failLogin(ProxyErrors.shutdown());
    }

    /** On its connections nothing is under way, and there is nothing that a reset could not undo. */
    private boolean leavesNothing() {
        return exchange == null && !killed && !commands.passing() && state.leavesNothing();
    }

    private void endLinks(boolean reusable) {
        if (reusable) {
            links.giveAllTo(context.pool());
        } else {
            links.closeAll();
        }
    }

    /** Gives its connections to engines back, if it can do without. */
    void rest() {
        dispatcher().rest();
    }

    // One command.

    /** Begins with {@code request}, which this method owns. */
    void start(Request request) {
        if (closed) {
            request.release();
            return;
        }
        current = request;
        dispatcher().dispatch();
    }

    /** Tries again to send {@code request}, the command at hand, from the event loop. */
    void dispatchAgain(Request request) {
        request.waitsAnew();
        channel.eventLoop().execute(dispatcher()::dispatch);
    }

    /** The node's role or leader has changed. */
    void roleChanged(RoleView view) {
        if (!closed) {
            dispatcher().roleChanged(view);
            goOn(); // what did not take the last command may be gone
        }
    }

    private void stopWaiting() {
        if (dispatcher != null) {
            dispatcher.stopWaiting();
        }
    }

    /** {@code next} executes the command at hand from now on. */
    void executes(Exchange next) {
        exchange = next;
    }

    /** The login or a change of user is through. */
    void opened(Backend backend) {
        CompletableFuture<OkPacket> opened = opening;
        opening = null;
        current = null;
        if (opened != null) {
            state.answered(backend.route().link(), backend.agreed().ok().status());
            opened.complete(backend.agreed().ok());
        }
    }

    // The answer.

    void writeToClient(ByteBuf packets) {
        writer.write(packets);
    }

    void flush() {
        writer.flush();
    }

    /** The local engine will not have it: the leader's turn. */
    void reroute(Request request) {
        context.metrics().rerouted.increment();
        exchange = null;
        request.forLeader(true);
        dispatchAgain(request);
    }

    void finished(Exchange done) {
        if (exchange != done) {
            return;
        }
        exchange = null;
        if (commands.passing()) {
            close(); // the engine refused a long command before all of it was sent; there is no way back into step
            return;
        }
        Request request = current;
        current = null; // it will not be sent again, whatever happens to its connection
        if (request != null) {
            release(request);
        }
        new SettingsKeeper(this, done, this::finish).keep(done);
    }

    /** The command at hand is answered: on to the next one. */
    void finish() {
        if (closed) {
            return;
        }
        if (killed || ending) {
            close();
            return;
        }
        Request done = current;
        current = null;
        if (done != null) {
            release(done);
        }
        idleness.active();
        answered = true;
        goOn();
    }

    /** Begins with the next command once the client takes its answers and the engines take what has no answer. */
    private void goOn() {
        if (answered && !closed && channel.isWritable() && links.areWritable()) {
            answered = false;
            if (!channel.config().isAutoRead()) {
                channel.config().setAutoRead(true);
            }
            commands.next();
        }
    }

    private static void release(Request done) {
        done.release();
        PreparedStatement prepared = done.prepared();
        if (prepared != null && done.command() != Command.STMT_SEND_LONG_DATA && done.command() != Command.STMT_FETCH) {
            prepared.forgetLongData();
        }
    }

    /** Answers the command at hand with {@code payload}. */
    void reply(Payload payload) {
        write(payload, (commands.lastSequence() + 1) & 0xff);
        writer.flush();
        finish();
    }

    /** Answers the command at hand with {@code payloads}, in order. */
    void reply(List<Payload> payloads) {
        int number = commands.lastSequence() + 1;
        for (Payload payload : payloads) {
            write(payload, number++ & 0xff);
        }
        writer.flush();
        finish();
    }

    void write(Payload payload, int number) {
        SequenceCounter sequence = new SequenceCounter();
        sequence.set(number);
        writer.write(PayloadEncoder.frame(channel.alloc(), payload, sequence));
    }

    /** Refuses the command at hand before anything of it was executed. */
    void fail(ErrPacket error) {
        stopWaiting();
        Request request = current;
        if (failLogin(error)) {
            return;
        }
        if (request != null && request.prepared() != null && request.form() == null) {
            request.prepared().longDataLost();
        }
        if (request != null && request.large() && commands.passing()) {
            forwarder.refuseWhenSent(error);
        } else if (request != null && request.form() == null) {
            finish(); // nobody waits for an answer
        } else {
            reply(error);
        }
    }

    /** Ends a login or change of user that waits for its connection; says whether there was one. */
    private boolean failLogin(ErrPacket error) {
        CompletableFuture<OkPacket> waiting = opening;
        if (waiting == null) {
            return false;
        }
        opening = null;
        current = null;
        waiting.completeExceptionally(new SqlException(error));
        return true;
    }

    void refuseAndClose(ErrPacket error) {
        refuseAndClose(error, (commands.lastSequence() + 1) & 0xff);
    }

    void refuseAndClose(ErrPacket error, int number) {
        if (failLogin(error)) {
            return;
        }
        write(error, number);
        close();
    }

    /** The command at hand is the last one: its answer is passed on, then the client is hung up on. */
    void endAfterCommand() {
        ending = true;
    }

    /** Sends what is left for the client, then hangs up. */
    void close() {
        commands.close();
        channel.config().setAutoRead(false);
        writer.close();
        closed();
    }

    // Events of the connections.

    /** No connection executes the command at hand any more. */
    void endExchange() {
        exchange = null;
    }

    @Override
    public void lost(Backend backend) {
        losses.lose(backend);
        dispatcher().dispatch();
        goOn();
    }

    @Override
    public void readComplete(Backend backend) {
        writer.flush();
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
        goOn();
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
        killed = true;
        if (exchange != null) {
            return;
        }
        if (current != null) {
            refuseAndClose(ProxyErrors.killed()); // instead of the answer that the client waits for
        } else {
            refuseAndClose(ProxyErrors.killed(), 0);
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
