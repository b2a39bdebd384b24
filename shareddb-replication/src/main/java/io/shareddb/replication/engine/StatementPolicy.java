package io.shareddb.replication.engine;

import io.netty.buffer.ByteBuf;
import java.util.Optional;

/**
 * One table of statements that would escape the log, change what replication relies on, or stop the engine. Stateless.
 *
 * <p>It stops accidents, not attackers: SQL that is put together at run time ({@code PREPARE … FROM @variable}) is not seen.
 * {@link SessionDialect#fencedVariables} catches the worst of that.
 */
public interface StatementPolicy {
    /**
     * Looks at one statement or several separated by semicolons.
     *
     * @param sql as the client sent it; comments, executable comments, quoting and letter case are seen through
     * @param backslashEscapes false when the session's {@code sql_mode} has {@code NO_BACKSLASH_ESCAPES}
     * @return why it is refused and what to do instead, or empty
     */
    Optional<Refusal> refuse(CharSequence sql, boolean backslashEscapes);

    /**
     * As {@link #refuse(CharSequence, boolean)}, without decoding; cheap for what is harmless.
     *
     * @param sql the readable bytes, in a character set that extends ASCII; stays the caller's, indexes are not moved
     */
    default Optional<Refusal> refuse(ByteBuf sql, boolean backslashEscapes) {
        return refuse(new AsciiText(sql, sql.readerIndex(), sql.readableBytes()), backslashEscapes);
    }

    /**
     * A statement that is not let through.
     *
     * @param statement what it is, for example {@code SET sql_log_bin}
     * @param reason what it would break, and what to do instead
     */
    record Refusal(String statement, String reason) {}
}
