package io.shareddb.server.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.shareddb.protocol.packet.ErrPacket;
import io.shareddb.server.routing.Statement.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Sends a session's command to the connection that executes it: as it came, with another number of a prepared statement, or piece by piece
 * while the client is still sending. Event loop only.
 */
final class CommandForwarder {
    private final ProxySession session;
    private final ProxyContext context;
    private @Nullable ErrPacket refusal; // of a long command that the client is still sending

    CommandForwarder(ProxySession session) {
        this.session = session;
        this.context = session.context();
    }

    /** Lets {@code backend}, which is ready, execute {@code request}. */
    void send(Request request, Backend backend) {
        Link link = backend.route().link();
        if (request.command() < 0) {
            session.opened(backend);
            return;
        }
        if (request.prepared() != null && !aim(request, request.prepared(), backend)) {
            session.fail(ProxyErrors.typesMissing());
            return;
        }
        session.state().lastLink(link);
        (link == Link.READER ? context.metrics().localStatements : context.metrics().leaderStatements).increment();
        ResponseStream.Form form = request.form();
        if (form == null) {
            sendUnanswered(request, backend);
            return;
        }
        session.state().mark(request.statement(), context.metrics());
        Exchange next = new Exchange(session, request, backend, form);
        session.executes(next);
        next.stream().requestEndedWith(session.commands().lastSequence());
        boolean repeatable = !backend.route().local()
                || link == Link.READER
                || request.statement().kind() == Kind.READ;
        ByteBuf packet = repeatable || request.prepared() != null ? packetFor(request, backend) : request.takePacket();
        backend.send(packet, next.stream());
        if (request.large()) {
            passLarge();
        }
    }

    /** Makes a command about a prepared statement name it as {@code backend} does; false if it cannot be executed there. */
    private boolean aim(Request request, PreparedStatement prepared, Backend backend) {
        Backend.Installed installed = backend.installed(prepared.id());
        if (installed == null) {
            return true; // it was never there, so it needs no reset
        }
        ByteBuf packet = request.packet();
        if (packet != null) {
            PreparedStatement.setId(packet, installed.id());
        } else {
            session.commands().setInt(1, (int) installed.id());
        }
        if (request.command() == Command.STMT_SEND_LONG_DATA) {
            prepared.longDataAt(backend);
        }
        boolean executes = request.command() == Command.STMT_EXECUTE || request.command() == Command.STMT_BULK_EXECUTE;
        return !executes
                || packet != null
                || request.bringsTypes()
                || installed.typesVersion() == prepared.typesVersion();
    }

    /** What to send, the caller's; the request keeps its own for another try. */
    private @Nullable ByteBuf packetFor(Request request, Backend backend) {
        PreparedStatement prepared = request.prepared();
        ByteBuf packet = request.packet();
        boolean executes = request.command() == Command.STMT_EXECUTE || request.command() == Command.STMT_BULK_EXECUTE;
        if (prepared == null || !executes) {
            return request.retainedPacket();
        }
        Backend.Installed installed = backend.installed(prepared.id());
        boolean known = installed != null && installed.typesVersion() == prepared.typesVersion();
        prepared.executedAt(backend);
        backend.installedTypes(prepared.id(), prepared.typesVersion());
        return packet == null || known || request.bringsTypes()
                ? request.retainedPacket()
                : prepared.withTypes(session.channel().alloc(), request.command(), packet);
    }

    private void sendUnanswered(Request request, Backend backend) {
        ByteBuf packet = request.takePacket();
        if (packet != null) {
            backend.write(packet);
        }
        if (request.large()) {
            session.executes(new Exchange(session, request, backend, ResponseStream.Form.RESULTS));
            passLarge();
        } else {
            session.finish();
        }
    }

    private void passLarge() {
        session.channel().config().setAutoRead(true);
        session.commands().passLarge();
    }

    /** The engine asks for a file: the client sends it. */
    void passFile(Exchange open) {
        session.flush();
        session.channel().config().setAutoRead(true);
        session.commands().passFile(open.stream().lastSequence(), open.stream().shift());
    }

    /** Bytes of a long command or a file. */
    void passToBackend(ByteBuf bytes) {
        Exchange open = session.exchange();
        if (open == null) {
            bytes.release();
            return;
        }
        Channel engine = open.backend().channel();
        open.backend().write(bytes);
        if (!engine.isWritable()) {
            session.channel().config().setAutoRead(false);
        }
    }

    /** The client waits for the answer now. */
    void passedToBackend() {
        session.channel().config().setAutoRead(true);
        Exchange open = session.exchange();
        ErrPacket error = refusal;
        Request request = session.current();
        if (open == null) {
            refusal = null;
            if (error != null && request != null) {
                if (request.form() == null) {
                    session.finish();
                } else {
                    session.reply(error);
                }
            }
        } else if (open.request().form() == null) {
            session.endExchange();
            session.finish();
        } else {
            open.stream().requestEndedWith(session.commands().lastSequence());
        }
    }

    /** Refuses a long command; the client hears it when it has sent all. */
    void refuseWhenSent(ErrPacket error) {
        refusal = error;
        session.channel().config().setAutoRead(true);
        session.commands().discardLarge();
    }
}
