package io.shareddb.replication.engine.external;

import io.shareddb.replication.engine.sql.AdminSession;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Compares an engine's clock with the operator's: after a change of leader, time that clients see would jump, and the lag of followers
 * means nothing. Stateless.
 */
final class EngineClock {
    private static final long MAX_SECONDS = 10;

    private EngineClock() {}

    /** @param now the operator's clock, milliseconds since 1970 */
    static Optional<String> problem(AdminSession session, LongSupplier now) {
        long before = now.getAsLong();
        long engine = (long) (Double.parseDouble(session.value("SELECT UNIX_TIMESTAMP(SYSDATE(3))")) * 1000);
        return problem(engine, before, now.getAsLong());
    }

    /** All in milliseconds; the engine was asked between {@code before} and {@code after}. */
    static Optional<String> problem(long engine, long before, long after) {
        long behind = (before - engine) / 1000;
        long ahead = (engine - after) / 1000;
        if (Math.max(behind, ahead) <= MAX_SECONDS) {
            return Optional.empty();
        }
        return Optional.of("its clock is " + Math.max(behind, ahead) + " s " + (behind > ahead ? "behind" : "ahead of")
                + " this node's (expected: at most " + MAX_SECONDS + " s; keep both right with NTP)");
    }
}
