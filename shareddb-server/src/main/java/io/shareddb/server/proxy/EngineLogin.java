package io.shareddb.server.proxy;

import io.shareddb.protocol.packet.ErrPacket;
import io.shareddb.protocol.packet.SqlException;
import io.shareddb.protocol.wire.Bytes;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Makes sure that a connection to an engine works as the account that the client was given, and no other one of the same name.
 * An engine that believes what it is told of the client's address chooses for itself; another one sees the node's, and is
 * asked whom it chose. Immutable.
 *
 * @param header sent ahead of the connection; empty for none
 * @param expected the account's identity where the engine must be asked; empty for all others
 */
record EngineLogin(Bytes header, String expected) {
    private static final EngineLogin PLAIN = new EngineLogin(Bytes.EMPTY, "");

    /** For {@code holder} at {@code engine}, which is null where the connection is to another node, which does all this. */
    static EngineLogin of(SessionLogin.Holder holder, @Nullable LocalEngine engine) {
        Optional<String> identity = holder.account().identity();
        if (engine == null || identity.isEmpty()) {
            return PLAIN;
        }
        if (engine.family().accounts().trust().isEmpty()) {
            return new EngineLogin(Bytes.EMPTY, identity.get());
        }
        Bytes header =
                holder.account().local() ? ClientAddressHeader.local() : ClientAddressHeader.of(holder.address());
        return new EngineLogin(header, "");
    }

    /** What to tell the client of a login that failed although the password was right. */
    Throwable explain(Throwable failure) {
        return !expected.isEmpty()
                        && failure instanceof SqlException refused
                        && ProxyErrors.isAccessDenied(refused.error())
                ? new SqlException(ProxyErrors.accountUnreachable(expected, "another account or none"))
                : failure;
    }

    /** Asks a connection that has just logged in; empty if all is well. */
    CompletionStage<Optional<ErrPacket>> check(Backend backend) {
        if (expected.isEmpty()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        return InternalQuery.run(backend, "SELECT CURRENT_USER()")
                .thenApply(answer -> answer.error().or(() -> answer.value()
                        .filter(found -> !found.equals(expected))
                        .map(found -> ProxyErrors.accountUnreachable(expected, found))));
    }
}
