package io.shareddb.server.proxy;

import static io.shareddb.protocol.wire.Packets.HEADER_BYTES;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.capability.Capability;
import io.shareddb.protocol.capability.StatusFlag;
import io.shareddb.protocol.packet.ErrPacket;
import io.shareddb.protocol.packet.OkPacket;
import io.shareddb.replication.engine.StatementPolicy;
import io.shareddb.server.proxy.ResponseStream.Form;
import io.shareddb.server.routing.KillStatement;
import io.shareddb.server.routing.Mark;
import io.shareddb.server.routing.ProxyStatement;
import io.shareddb.server.routing.ReadHint;
import io.shareddb.server.routing.Statement;
import io.shareddb.server.routing.Statement.Kind;
import io.shareddb.server.routing.Statement.Target;
import io.shareddb.server.routing.StatementClassifier;
import io.shareddb.server.routing.StatementShapes;
import io.shareddb.server.routing.TrackerChange;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What each of a client's commands means: refused, answered here, or a {@link Request} for an engine. Event loop only. */
final class CommandHandler implements CommandStream.Sink {
    private static final Logger log = LoggerFactory.getLogger(CommandHandler.class);
    private static final Statement READ_ANYWHERE = Statement.of(Kind.READ, Target.ANY);
    private static final Statement AT_LEADER = Statement.of(Kind.READ, Target.LEADER);
    private static final Statement OPTION_CHANGED = AT_LEADER.leaving(Mark.Reason.PROTOCOL_OPTION);
    private static final Statement OPTION_AS_AT_LOGIN = AT_LEADER.clearing(Mark.of(Mark.Reason.PROTOCOL_OPTION));
    private static final Statement FLUSH = Statement.of(Kind.OTHER, Target.LEADER);
    private static final Statement LONG_PREPARE = AT_LEADER.leaving(Mark.Reason.LONG_STATEMENT);

    /** {@code REFRESH_REPLICA} and {@code REFRESH_MASTER}. */
    private static final int RESETS_REPLICATION = 64 | 128;

    /** Of the flags of an execution: it opens a cursor. */
    private static final int CURSORS = 1 | 2 | 4;

    private static final String[] REFUSED = new String[256];

    static {
        REFUSED[Command.SHUTDOWN] = "COM_SHUTDOWN";
        REFUSED[Command.DEBUG] = "COM_DEBUG";
        REFUSED[Command.BINLOG_DUMP] = "COM_BINLOG_DUMP";
        REFUSED[Command.TABLE_DUMP] = "COM_TABLE_DUMP";
        REFUSED[Command.CONNECT_OUT] = "COM_CONNECT_OUT";
        REFUSED[Command.REGISTER_SLAVE] = "COM_REGISTER_SLAVE";
        REFUSED[Command.BINLOG_DUMP_GTID] = "COM_BINLOG_DUMP_GTID";
        REFUSED[Command.CLONE] = "COM_CLONE";
        REFUSED[Command.SUBSCRIBE_GROUP_REPLICATION_STREAM] = "COM_SUBSCRIBE_GROUP_REPLICATION_STREAM";
    }

    private final ProxySession session;
    private final ProxyStatements statements;
    private final KillHandler kills;
    private @Nullable ChangeUser changeUser;

    CommandHandler(ProxySession session) {
        this.session = session;
        this.statements = new ProxyStatements(session);
        this.kills = new KillHandler(session);
    }

    @Override
    public void command(ByteBuf packet) {
        int command = packet.getUnsignedByte(packet.readerIndex() + HEADER_BYTES);
        switch (command) {
            case Command.QUIT -> {
                packet.release();
                session.close();
            }
            case Command.QUERY -> query(packet);
            case Command.STMT_PREPARE -> prepare(packet);
            case Command.STMT_EXECUTE, Command.STMT_BULK_EXECUTE -> execute(command, packet);
            case Command.STMT_FETCH -> fetch(packet);
            case Command.STMT_RESET -> resetStatement(packet);
            case Command.SET_OPTION -> engine(command, option(packet), Form.RESULTS, packet);
            case Command.STMT_SEND_LONG_DATA -> longData(packet);
            case Command.STMT_CLOSE -> closeStatement(packet);
            case Command.INIT_DB -> {
                engine(command, Statement.of(Kind.USE, Target.ANY), Form.RESULTS, packet);
            }
            case Command.FIELD_LIST -> engine(command, READ_ANYWHERE, Form.ROWS, packet);
            case Command.STATISTICS -> engine(command, READ_ANYWHERE, Form.TEXT, packet);
            case Command.PROCESS_INFO -> engine(command, AT_LEADER, Form.RESULTS, packet);
            case Command.REFRESH -> refresh(packet);
            case Command.PROCESS_KILL -> {
                long id = packet.readableBytes() < HEADER_BYTES + 5
                        ? 0
                        : packet.getUnsignedIntLE(packet.readerIndex() + HEADER_BYTES + 1);
                packet.release();
                kills.kill(new KillStatement(id, false));
            }
            case Command.PING -> {
                packet.release();
                session.reply(OkPacket.of(session.state().lastStatus()));
            }
            case Command.RESET_CONNECTION -> {
                packet.release();
                session.reset();
                session.reply(OkPacket.of(session.state().lastStatus()));
            }
            case Command.CHANGE_USER -> {
                try {
                    changeUser = ChangeUser.read(session, packet);
                } finally {
                    packet.release();
                }
                changeUser.begin();
            }
            default -> {
                packet.release();
                String refused = REFUSED[command];
                session.reply(
                        refused == null ? ProxyErrors.unknownCommand(command) : ProxyErrors.refusedCommand(refused));
            }
        }
    }

    private void engine(int command, Statement statement, Form form, ByteBuf packet) {
        session.start(new Request(command, statement, "", form, packet, false));
    }

    /** Several statements in one query: on or off, which ties the session to its connection unless it is as the login had it. */
    private Statement option(ByteBuf packet) {
        int at = packet.readerIndex() + HEADER_BYTES + 1;
        boolean on = packet.writerIndex() >= at + 2 && packet.getUnsignedShortLE(at) == 0;
        return on == session.capabilities().has(Capability.MULTI_STATEMENTS) ? OPTION_AS_AT_LOGIN : OPTION_CHANGED;
    }

    /** Flushes this and that, as {@code FLUSH} does, and could reset what the cluster rests on. */
    private void refresh(ByteBuf packet) {
        int at = packet.readerIndex() + HEADER_BYTES + 1;
        if (packet.writerIndex() > at && (packet.getUnsignedByte(at) & RESETS_REPLICATION) != 0) {
            packet.release();
            session.reply(ProxyErrors.refusedCommand("COM_REFRESH of binlog or replica"));
        } else {
            engine(Command.REFRESH, FLUSH, Form.RESULTS, packet);
        }
    }

    private void query(ByteBuf packet) {
        Optional<String> text = text(packet);
        if (text.isEmpty()) {
            return;
        }
        String sql = text.get();
        Optional<String> shape = isCutByOurRules() ? StatementShapes.of(sql) : Optional.empty();
        Optional<Statement> known = shape.flatMap(session.context().shapes()::find);
        if (known.isPresent()) {
            engine(Command.QUERY, known.get(), Form.RESULTS, packet);
            return;
        }
        Optional<KillStatement> kill = KillStatement.parse(sql);
        if (kill.isPresent()) {
            packet.release();
            kills.kill(kill.get());
            return;
        }
        Optional<ErrPacket> refusal = refuse(sql);
        if (refusal.isPresent()) {
            packet.release();
            session.reply(refusal.get());
            return;
        }
        boolean aboutProxy = ProxyStatement.mayConcernProxy(sql);
        if (aboutProxy && executeHere(sql, packet)) {
            return;
        }
        Statement statement = classify(sql);
        if (session.context().engine().last().isPresent()) {
            shape.ifPresent(found -> session.context().shapes().learn(found, statement));
        }
        log.trace("session {}: {}: {}", session.id(), statement, sql);
        String repeated = statement.kind() == Kind.SET ? sql : "";
        Request request = new Request(Command.QUERY, statement, repeated, Form.RESULTS, packet, false);
        session.start(aboutProxy ? request.with(ReadHint.of(sql)) : request);
    }

    /** What is about the proxy itself; {@code packet} is released if it was. */
    private boolean executeHere(String sql, ByteBuf packet) {
        Optional<ProxyStatement> own = ProxyStatement.parse(sql);
        if (own.isEmpty() || !statements.execute(own.get())) {
            return false;
        }
        packet.release();
        return true;
    }

    /** With NO_BACKSLASH_ESCAPES text is cut into tokens by other rules than ours, so it stays unknown. */
    private Statement classify(String sql) {
        return isCutByOurRules() ? StatementClassifier.classify(sql) : Statement.UNKNOWN;
    }

    private boolean isCutByOurRules() {
        return !session.state().lastStatus().has(StatusFlag.NO_BACKSLASH_ESCAPES);
    }

    private Optional<ErrPacket> refuse(String sql) {
        Optional<LocalEngine> engine = session.context().engine().last();
        if (engine.isEmpty()) {
            return Optional.empty(); // whoever executes it looks again
        }
        boolean backslashEscapes = isCutByOurRules();
        if (TrackerChange.isNamedIn(sql, backslashEscapes) && !leavesTrackers(classify(sql))) {
            return Optional.of(ProxyErrors.refused(new StatementPolicy.Refusal(
                    "SET session_track_system_variables",
                    "the proxy needs the engine to report each commit's GTID; leave it as it is")));
        }
        return engine.get().family().statements().refuse(sql, backslashEscapes).map(ProxyErrors::refused);
    }

    /** It does not change what the engine reports, or in a way that is noticed and mended. */
    private static boolean leavesTrackers(Statement statement) {
        return statement.kind() == Kind.READ || statement.computes();
    }

    private void prepare(ByteBuf packet) {
        session.state().prepared().forgetLast();
        Optional<String> text = text(packet);
        if (text.isEmpty()) {
            return;
        }
        String sql = text.get();
        Optional<ErrPacket> refusal = refuse(sql);
        if (refusal.isPresent()) {
            packet.release();
            session.reply(refusal.get());
            return;
        }
        Statement found = classify(sql);
        session.start(new Request(Command.STMT_PREPARE, preparation(found), "", Form.PREPARED, packet, false)
                .preparing(found)
                .with(ReadHint.of(sql)));
    }

    /** Preparing executes nothing, but it asks for the tables. */
    private static Statement preparation(Statement prepared) {
        return Statement.of(Kind.READ, prepared.target());
    }

    private void execute(int command, ByteBuf packet) {
        PreparedStatement prepared = prepared(packet, HEADER_BYTES + 1, "mysqld_stmt_execute");
        if (prepared == null) {
            packet.release();
            return;
        }
        if (prepared.isLongDataLost()) {
            packet.release();
            prepared.forgetLongData();
            session.reply(ProxyErrors.rolledBack());
            return;
        }
        noteCursor(command, packet, HEADER_BYTES);
        Request request = new Request(command, prepared.statement(), "", Form.EXECUTION, packet, false)
                .about(prepared)
                .with(prepared.hint())
                .bringingTypes(prepared.noteTypes(command, packet, HEADER_BYTES));
        Backend bound = prepared.longDataAt();
        session.start(bound == null ? request : request.onlyOn(bound));
    }

    /** A cursor lives on the connection that opened it. */
    private void noteCursor(int command, ByteBuf packet, int header) {
        int flags = packet.readerIndex() + header + 1 + 4;
        if (command == Command.STMT_EXECUTE && packet.writerIndex() > flags && (packet.getByte(flags) & CURSORS) != 0) {
            session.state().leavesUnseen();
        }
    }

    /** The statement that a command names; null, and the client was told, if there is none. */
    private @Nullable PreparedStatement prepared(ByteBuf packet, int offset, String caller) {
        long id = statementId(packet, offset);
        PreparedStatement found = session.state().prepared().find(id);
        if (found == null) {
            session.reply(ProxyErrors.unknownPrepared(id, caller));
        }
        return found;
    }

    private void fetch(ByteBuf packet) {
        PreparedStatement prepared = prepared(packet, HEADER_BYTES + 1, "mysqld_stmt_fetch");
        if (prepared == null) {
            packet.release();
            return;
        }
        Backend backend = prepared.executedAt();
        if (backend == null) {
            packet.release();
            session.reply(ProxyErrors.noCursor(prepared.id()));
            return;
        }
        session.start(new Request(Command.STMT_FETCH, AT_LEADER, "", Form.ROWS, packet, false)
                .about(prepared)
                .onlyOn(backend));
    }

    private void resetStatement(ByteBuf packet) {
        PreparedStatement prepared = prepared(packet, HEADER_BYTES + 1, "mysqld_stmt_reset");
        if (prepared == null) {
            packet.release();
            return;
        }
        Backend backend = prepared.longDataAt() == null ? prepared.executedAt() : prepared.longDataAt();
        prepared.forgetLongData();
        if (backend == null || !session.links().has(backend)) {
            packet.release();
            session.reply(OkPacket.of(session.state().lastStatus()));
            return;
        }
        session.start(new Request(Command.STMT_RESET, AT_LEADER, "", Form.RESULTS, packet, false)
                .about(prepared)
                .onlyOn(backend));
    }

    /** Never answered: a statement that is unknown stays so until somebody executes it. */
    private void longData(ByteBuf packet) {
        PreparedStatement prepared = session.state().prepared().find(statementId(packet, HEADER_BYTES + 1));
        if (prepared == null) {
            packet.release();
            session.finish();
        } else if (prepared.hold(packet)) {
            session.finish();
        } else {
            session.start(longData(prepared, packet));
        }
    }

    private static Request longData(PreparedStatement prepared, @Nullable ByteBuf packet) {
        Request request =
                new Request(Command.STMT_SEND_LONG_DATA, AT_LEADER, "", null, packet, packet == null).about(prepared);
        Backend bound = prepared.longDataAt();
        return bound == null ? request : request.onlyOn(bound);
    }

    private void closeStatement(ByteBuf packet) {
        PreparedStatement prepared = session.state().prepared().find(statementId(packet, HEADER_BYTES + 1));
        packet.release();
        if (prepared != null) {
            session.state().prepared().remove(prepared);
            session.links().open().forEach(backend -> backend.uninstall(prepared.id()));
        }
        session.finish();
    }

    private static long statementId(ByteBuf packet, int offset) {
        return packet.readableBytes() < offset + 4 ? -1 : packet.getUnsignedIntLE(packet.readerIndex() + offset);
    }

    /** The statement, one character for each byte; empty, and the packet is released and the client hung up on, if it is not to be found. */
    private Optional<String> text(ByteBuf packet) {
        Optional<String> text = StatementText.of(packet, HEADER_BYTES, session.capabilities());
        if (text.isEmpty()) {
            packet.release();
            session.refuseAndClose(ProxyErrors.malformed("query attributes"));
        }
        return text;
    }

    @Override
    public void largeCommand(ByteBuf head) {
        int command = head.getUnsignedByte(head.readerIndex());
        switch (command) {
            case Command.QUERY, Command.STMT_PREPARE -> {
                Optional<String> sql = StatementText.of(head, 0, session.capabilities());
                Optional<ErrPacket> refusal =
                        sql.isEmpty() ? Optional.of(ProxyErrors.malformed("query attributes")) : refuse(sql.get());
                if (sql.isEmpty() || refusal.isPresent()) {
                    session.refuseAndClose(refusal.get());
                    return;
                }
                // the end was not seen: it may leave state, and end a transaction if it is more than one statement
                Statement seen = classify(sql.get());
                boolean single = !session.capabilities().has(Capability.MULTI_STATEMENTS) && seen.kind() == Kind.CHANGE;
                Statement statement = Statement.of(single ? Kind.CHANGE : Kind.OTHER, Target.LEADER)
                        .leaving(Mark.Reason.LONG_STATEMENT);
                if (command == Command.QUERY) {
                    session.start(new Request(command, statement, "", Form.RESULTS, null, true)
                            .usingInsertId(InsertIdUse.isNamedIn(sql.get())));
                } else {
                    session.start(
                            new Request(command, LONG_PREPARE, "", Form.PREPARED, null, true).preparing(statement));
                }
            }
            case Command.STMT_EXECUTE, Command.STMT_BULK_EXECUTE -> {
                PreparedStatement prepared = session.state().prepared().find(statementId(head, 1));
                if (prepared == null || prepared.isLongDataLost()) {
                    session.refuseAndClose(ProxyErrors.unknownPrepared(statementId(head, 1), "mysqld_stmt_execute"));
                    return;
                }
                noteCursor(command, head, 0);
                Request request = new Request(command, prepared.statement(), "", Form.EXECUTION, null, true)
                        .about(prepared)
                        .bringingTypes(prepared.noteTypes(command, head, 0));
                Backend bound = prepared.longDataAt();
                session.start(bound == null ? request : request.onlyOn(bound));
            }
            case Command.STMT_SEND_LONG_DATA -> {
                PreparedStatement prepared = session.state().prepared().find(statementId(head, 1));
                if (prepared == null) {
                    session.refuseAndClose(
                            ProxyErrors.unknownPrepared(statementId(head, 1), "mysql_stmt_send_long_data"));
                    return;
                }
                session.start(longData(prepared, null));
            }
            default -> session.refuseAndClose(ProxyErrors.tooLarge(CommandStream.WHOLE_BYTES));
        }
    }

    @Override
    public void pass(ByteBuf bytes) {
        session.forwarder().passToBackend(bytes);
    }

    @Override
    public void passed() {
        session.forwarder().passedToBackend();
    }

    @Override
    public void answer(ByteBuf body) {
        ChangeUser change = changeUser;
        if (change != null) {
            change.onAnswer(body);
        }
    }

    @Override
    public void broken(ErrPacket error) {
        session.refuseAndClose(error);
    }
}
