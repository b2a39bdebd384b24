package io.shareddb.server.proxy;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import io.shareddb.cluster.role.RoleView;
import io.shareddb.protocol.packet.ErrPacket;
import io.shareddb.protocol.packet.SqlException;
import io.shareddb.server.routing.Statement.Kind;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the command at hand, step by step, to the connection that executes it. {@link #dispatch} is called after each event until the
 * command was sent, and looks at the role anew each time. Event loop only.
 */
final class Dispatcher implements LinkOpener.Listener, LeaderWait.Listener {
    private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);
    private static final long RETRY_MILLIS = 50;
    private static final int MAX_RETRY_FACTOR = 4;

    private final ProxySession session;
    private final ProxyContext context;
    private final Links links;
    private final EventLoop loop;
    private final LinkChoice choice;
    private final LinkOpener opener;
    private final LeaderWait wait;
    private final ReadWait reads;
    private final Preparation preparation;
    private @Nullable ScheduledFuture<?> pause;
    private int failures;
    private @Nullable ErrPacket full; // the other side has no connection left for us
    private boolean stepping; // an answer is awaited that calls dispatch again

    Dispatcher(ProxySession session, Links links) {
        this.session = session;
        this.context = session.context();
        this.links = links;
        this.loop = session.channel().eventLoop();
        this.choice = new LinkChoice(context, links);
        this.opener = new LinkOpener(context, session.channel(), links, session, this);
        this.wait = new LeaderWait(loop, this);
        this.reads = new ReadWait(context, loop, this::stepped);
        this.preparation = new Preparation(reads, this::stepped, this::refused);
    }

    /** Looks at the command at hand and takes the next step towards sending it. */
    void dispatch() {
        Request request = session.current();
        if (session.isClosed() || request == null || session.exchange() != null) {
            return;
        }
        if (stepping) {
            wait.start(request, limit(request)); // an earlier command's step may never end
            return;
        }
        RoleView view = context.cluster().role();
        closeUnfit(view);
        if (session.losses().report(request)) {
            return;
        }
        Backend only = request.only();
        if (only != null && !links.has(only)) {
            session.fail(ProxyErrors.rolledBack()); // a cursor, or long data, went with the connection
            return;
        }
        Link link = only == null
                ? choice.choose(view, request, session.state(), session.isPeer())
                : only.route().link();
        Backend backend = link == null ? null : links.at(link);
        if (link == null && session.isPeer() && !view.switching()) {
            session.fail(ProxyErrors.notLeading()); // its client's proxy knows better whom to ask
        } else if (link == null) {
            wait.start(request, limit(request));
        } else if (reads.needsBarrier(request, session.state(), view.writable(), session.isPeer())) {
            barrier(view, request);
        } else if (link == Link.READER
                && reads.staleRefusal(request, session.state()).isPresent()) {
            session.fail(reads.staleRefusal(request, session.state()).orElseThrow());
        } else if (backend == null) {
            open(link, view, request);
        } else if (view.writable()
                && request.grows()
                && context.cluster().writesRefused().isPresent()) {
            session.fail(ProxyErrors.diskFull(context.cluster().writesRefused().orElse("")));
        } else {
            stepping = true;
            if (!preparation.begin(backend, request, session.state())) {
                stepping = false;
                wait.stop();
                failures = 0;
                session.forwarder().send(request, backend);
            }
        }
    }

    /** A read that must see everything asks first how much that is. */
    private void barrier(RoleView view, Request request) {
        wait.start(request, limit(request));
        Backend writer = links.at(Link.WRITER);
        if (view.writable()) {
            stepping = true;
            reads.barrierHere(request);
        } else if (writer != null) {
            stepping = true;
            reads.barrierAt(writer, request);
        } else if (context.cluster().leaderEndpoint().isPresent()) {
            open(Link.WRITER, view, request);
        }
    }

    private void stepped() {
        stepping = false;
        dispatch();
    }

    /** Gives the connections back if nothing is under way and they hold nothing that the session would miss. */
    void rest() {
        SessionState state = session.state();
        if (stepping || session.current() != null || links.open().isEmpty() || !state.mayRest()) {
            return;
        }
        Backend writer = links.at(Link.WRITER);
        if (writer == null || !state.insertIdUnknown()) {
            context.metrics().rests.increment();
            links.giveAllTo(context.pool());
            return;
        }
        stepping = true;
        InternalQuery.run(writer, "SELECT LAST_INSERT_ID()").thenAccept(answer -> {
            if (answer.value().isPresent() && session.state() == state) {
                state.insertIdKnown(answer.value().get());
                if (session.current() == null) {
                    context.metrics().rests.increment();
                    links.giveAllTo(context.pool());
                }
            }
            stepped();
        });
    }

    private Duration limit(Request request) {
        return request.command() < 0
                ? context.config().times().handshake().multipliedBy(4).dividedBy(5)
                : context.config().times().leaderWait();
    }

    private void open(Link link, RoleView view, Request request) {
        wait.start(request, limit(request));
        Optional<SessionLogin> login = session.login();
        SessionJournal journal = session.state().journal();
        boolean leaves = request.statement().kind() == Kind.USE; // a database that may be gone
        stepping = login.isPresent()
                && opener.open(link, view, login.get(), leaves ? "" : journal.database(), journal.first());
    }

    /** Closes connections that do not fit the role any more. */
    private void closeUnfit(RoleView view) {
        links.unfitWriter(view).ifPresent(session.losses()::lose);
        links.closeUnfitReader(view);
    }

    /** The node's role or leader has changed. */
    void roleChanged(RoleView view) {
        closeUnfit(view);
        if (opener.giveUpIfUnfit(view)) {
            stepping = false;
        }
        tryAtOnce();
        dispatch();
    }

    /** The session starts over, perhaps as somebody else: what was begun for it before is of no use. */
    void startOver() {
        if (opener.giveUp()) {
            stepping = false;
        }
        tryAtOnce();
        full = null;
    }

    /** What failed before says nothing of the next attempt. */
    private void tryAtOnce() {
        ScheduledFuture<?> paused = pause;
        if (paused != null) {
            pause = null;
            paused.cancel(false);
            stepping = false;
        }
        failures = 0;
    }

    /** The command at hand is answered without being sent. */
    void stopWaiting() {
        wait.stop();
    }

    @Override
    public void opened(Backend backend) {
        full = null;
        if (backend.route().link() == Link.READER) {
            session.state().readerOpened();
        }
        stepped();
    }

    @Override
    public void lostWhileOpening() {
        stepped();
    }

    @Override
    public void refused(ErrPacket error) {
        stepping = false;
        if (session.current() != null) {
            session.fail(error);
        }
    }

    @Override
    public void notOpened(Link link, SocketAddress address, Throwable failure) {
        full = null;
        if (failure instanceof SqlException refused && ProxyErrors.isTooManyConnections(refused.error())) {
            full = refused.error();
            context.idle().press();
        } else if (failure instanceof SqlException refused && !ProxyErrors.isNotLeading(refused.error())) {
            Request request = session.current();
            if (link == Link.READER && request != null) {
                request.forLeader(true); // what it lacks, the default database for one, may not have arrived here
                stepped();
            } else {
                refused(refused.error());
            }
            return;
        }
        log.debug("session {}: no connection to {}: {}", session.id(), address, failure.toString());
        failures = Math.min(failures + 1, MAX_RETRY_FACTOR);
        pause = loop.schedule(
                () -> {
                    pause = null;
                    stepped();
                },
                RETRY_MILLIS * failures,
                TimeUnit.MILLISECONDS);
    }

    @Override
    public void look(Request request) {
        if (session.current() != request || session.exchange() != null) {
            return;
        }
        if (stepping) {
            wait.start(request, limit(request));
        } else {
            dispatch();
        }
    }

    @Override
    public void expired(Request request, Duration waited) {
        if (session.current() == request && session.exchange() == null) {
            context.metrics().leaderTimeouts.increment();
            session.fail(full == null ? nobody(request, waited) : full);
        }
    }

    private ErrPacket nobody(Request request, Duration waited) {
        if (session.isPeer()) {
            return ProxyErrors.notLeading();
        }
        RoleView view = context.cluster().role();
        return request.readsRows() && !view.readable()
                ? ProxyErrors.noReader(waited, view.reason())
                : ProxyErrors.noLeader(waited);
    }
}
