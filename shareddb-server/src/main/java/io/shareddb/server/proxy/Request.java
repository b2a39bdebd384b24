package io.shareddb.server.proxy;

import io.netty.buffer.ByteBuf;
import io.shareddb.server.routing.Statement;
import org.jspecify.annotations.Nullable;

/** One command on its way through a session. Event loop only; owns its packet. */
final class Request {
    private final int command;
    private final Statement statement;
    private final String sql;
    private final ResponseStream.@Nullable Form form;
    private final boolean large;
    private final long startNanos;
    private @Nullable ByteBuf packet;
    private boolean forLeader;
    private boolean refusedLocally;

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

    long startNanos() {
        return startNanos;
    }

    /** The local engine will not do, whatever the statement looks like. */
    boolean forLeader() {
        return forLeader;
    }

    void forLeader(boolean value) {
        forLeader = value;
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
