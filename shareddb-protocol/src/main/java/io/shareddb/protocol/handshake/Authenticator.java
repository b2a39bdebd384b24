package io.shareddb.protocol.handshake;

import io.shareddb.protocol.auth.Credential;
import io.shareddb.protocol.auth.LoginSecret;
import io.shareddb.protocol.capability.ServerStatus;
import io.shareddb.protocol.packet.ErrPacket;
import io.shareddb.protocol.packet.OkPacket;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Knows who may log in to a server. Thread-safe; called on event loops, must not block; its stages may complete on any
 * thread.
 */
public interface Authenticator {
    /**
     * What to check the password of {@code attempt} against.
     *
     * @return empty if there is no such account: the login is played on and refused like a wrong password. A failure is
     *     sent to the client if it is a {@link io.shareddb.protocol.packet.SqlException}
     */
    CompletionStage<Optional<Credential>> credential(LoginAttempt attempt);

    /**
     * The password was right: the last chance to say no, and the place for what a session needs before it is told that it
     * has begun (its database, say).
     *
     * @param shown what the login showed of the password; empty if only that it was right
     * @return the answer to the client; fails with {@link io.shareddb.protocol.packet.SqlException} to refuse
     */
    default CompletionStage<OkPacket> accept(LoginAttempt attempt, Optional<LoginSecret> shown) {
        return CompletableFuture.completedFuture(OkPacket.of(ServerStatus.AUTOCOMMIT));
    }

    /**
     * The password was wrong, or there is no such account. Complete late to slow guessing down.
     *
     * @return the answer to the client
     */
    default CompletionStage<ErrPacket> reject(LoginAttempt attempt) {
        return CompletableFuture.completedFuture(accessDenied(attempt));
    }

    /** Error 1045 in the words of the engines. */
    static ErrPacket accessDenied(LoginAttempt attempt) {
        return new ErrPacket(
                1045,
                "28000",
                "Access denied for user '" + attempt.user() + "'@'" + attempt.host() + "' (using password: "
                        + (attempt.passwordGiven() ? "YES" : "NO") + ")");
    }
}
