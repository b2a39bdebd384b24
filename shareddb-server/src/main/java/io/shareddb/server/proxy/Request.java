package io.shareddb.server.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.shareddb.protocol.wire.Packets;
import io.shareddb.server.routing.ReadHint;
import io.shareddb.server.routing.Statement;
import org.jspecify.annotations.Nullable;

/** One command on its way through a session. Event loop only; owns its packet. */
final class Request {
    private static final int BODY_OFFSET = Packets.HEADER_BYTES + 1;

    private final int command;
    private final Statement statement;
    private final String sql;
    private final ResponseStream.@Nullable Form form;
    private final boolean large;
    private long startNanos;
    private @Nullable ByteBuf packet;
    private boolean forLeader;
    private boolean refusedLocally;
    private @Nullable PreparedStatement prepared;
    private @Nullable Statement prepares;
    private boolean bringsTypes;
    private boolean usesInsertId;
    private ReadHint hint = ReadHint.NONE;
    private boolean barrierPassed;
    private long minSeq;
    private @Nullable Backend only;
    private @Nullable Backend longDataSentTo;

    /**
     * @param sql what to repeat on another connection once it succeeded; empty for nothing
     * @param form of the answer; null if the command has none
     * @param packet whole, with its header, owned by the request; null where the bytes follow in pieces, or where no command is sent
     * @param large the bytes follow in pieces
     */
    Request(
            int command,
            Statement statement,
            String sql,
            ResponseStream.@Nullable Form form,
            @Nullable ByteBuf packet,
            boolean large) {
        this.command = command;
        this.statement = statement;
        this.sql = sql;
        this.form = form;
        this.packet = packet;
        this.large = large;
        this.startNanos = System.nanoTime();
    }

    int command() {
        return command;
    }

    Statement statement() {
        return statement;
    }

    String sql() {
        return sql;
    }

    ResponseStream.@Nullable Form form() {
        return form;
    }

    boolean large() {
        return large;
    }

    /** Since when it waits for a connection. */
    long startNanos() {
        return startNanos;
    }

    /** It is to be sent again: how long it was executed before is not what it waits for a leader. */
    void waitsAnew() {
        startNanos = System.nanoTime();
    }

    /** A client wants it executed, and it may need room on the disk. */
    boolean grows() {
        return command >= 0 && form != null && statement.grows();
    }

    /** It goes on with what an earlier command began, on that one's connection: it sees what that saw. */
    boolean continues() {
        return command == Command.STMT_FETCH || command == Command.STMT_RESET;
    }

    /** A client wants rows as they are now. */
    boolean readsRows() {
        return command >= 0 && statement.kind() == Statement.Kind.READ && !continues();
    }

    /** What it does depends on what is in the database, its databases included. */
    boolean reads() {
        return readsRows() || (command >= 0 && statement.kind() == Statement.Kind.USE);
    }

    /** The local engine will not do, whatever the statement looks like. */
    boolean forLeader() {
        return forLeader;
    }

    void forLeader(boolean value) {
        forLeader = value;
    }

    /** The statement that it executes or is about, which must be prepared where it runs; null for none. */
    @Nullable
    PreparedStatement prepared() {
        return prepared;
    }

    /** It is about {@code statement}. */
    Request about(PreparedStatement statement) {
        prepared = statement;
        return this;
    }

    /** What executing the statement that it prepares will do; null if it prepares none. */
    @Nullable
    Statement prepares() {
        return prepares;
    }

    Request preparing(Statement meaning) {
        prepares = meaning;
        return this;
    }

    /** It executes and brings the types of its parameters, or needs none. */
    boolean bringsTypes() {
        return bringsTypes;
    }

    Request bringingTypes(boolean value) {
        bringsTypes = value;
        return this;
    }

    /** Its text is not here, and names the session's {@code LAST_INSERT_ID()} in what was looked at of it. */
    boolean usesInsertId() {
        return usesInsertId;
    }

    Request usingInsertId(boolean value) {
        usesInsertId = value;
        return this;
    }

    /** What a comment in the statement asks for. */
    ReadHint hint() {
        return hint;
    }

    Request with(ReadHint asked) {
        hint = asked;
        return this;
    }

    /** The leader has said how far a linearizable read must see. */
    boolean barrierPassed() {
        return barrierPassed;
    }

    void barrierPassed(long seq) {
        barrierPassed = true;
        minSeq = seq;
    }

    /** What it must see at least, on top of what its session must. */
    long minSeq() {
        return Math.max(minSeq, hint.minSeq());
    }

    /** The one connection that can execute it; null if any may do. */
    @Nullable
    Backend only() {
        return only;
    }

    Request onlyOn(Backend backend) {
        only = backend;
        return this;
    }

    /** Where the long data held for it went. */
    @Nullable
    Backend longDataSentTo() {
        return longDataSentTo;
    }

    void longDataSentTo(Backend backend) {
        longDataSentTo = backend;
    }

    /** A copy of what follows the command byte; null if the packet is not here. */
    byte @Nullable [] body() {
        ByteBuf held = packet;
        return held == null
                ? null
                : ByteBufUtil.getBytes(held, held.readerIndex() + BODY_OFFSET, held.readableBytes() - BODY_OFFSET);
    }

    /** The packet as it is; null if there is none. */
    @Nullable
    ByteBuf packet() {
        return packet;
    }

    /** The local engine refused it because it writes, whatever it looks like. */
    boolean refusedLocally() {
        return refusedLocally;
    }

    void refusedLocally(boolean value) {
        refusedLocally = value;
    }

    /** The packet, the caller's to release, which stays here as well for a second try. */
    @Nullable
    ByteBuf retainedPacket() {
        ByteBuf held = packet;
        return held == null ? null : held.retainedDuplicate();
    }

    /** The packet, the caller's; there is none afterwards. */
    @Nullable
    ByteBuf takePacket() {
        ByteBuf held = packet;
        packet = null;
        return held;
    }

    void release() {
        ByteBuf held = takePacket();
        if (held != null) {
            held.release();
        }
    }
}
