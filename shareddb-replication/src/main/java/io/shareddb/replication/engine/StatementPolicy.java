package io.shareddb.replication.engine;

import java.util.Optional;

/** One table of statements that would escape the log, change what replication relies on, or stop the engine. Stateless. */
public interface StatementPolicy {
    /**
     * Looks at one statement or several separated by semicolons.
     *
     * @param sql as the client sent it; comments, executable comments, quoting and letter case are seen through
     * @return why it is refused and what to do instead, or empty
     */
    Optional<Refusal> refuse(CharSequence sql);

    /**
     * A statement that is not let through.
     *
     * @param statement what it is, for example {@code SET sql_log_bin}
     * @param reason what it would break, and what to do instead
     */
    record Refusal(String statement, String reason) {}
}
