package io.shareddb.server.proxy;

import io.netty.util.NetUtil;
import io.shareddb.protocol.packet.ErrPacket;
import io.shareddb.protocol.packet.SqlException;
import io.shareddb.protocol.wire.Bytes;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/**
 * A way into an engine by which a connection works as the account that the client was given, and no other one of the same name. Immutable.
 *
 * @param header sent ahead of the connection; empty for none
 * @param expected the account's identity where the engine must be asked whom it chose; empty for all others
 */
record EngineWay(SocketAddress address, Bytes header, String expected) {
    /**
     * Those that {@code engine} has for {@code holder}, the one to be tried first in front; at least one. Its Unix socket comes first: TCP costs
     * both sides half as much again for a short statement.
     *
     * <p>An engine that believes what it is told of the client's address chooses by that; another one judges by the node's own, or takes who comes
     * through its socket for somebody at {@code localhost}. MariaDB does the latter also where it is told something else, so that whoever comes
     * that way is asked for.
     */
    static List<EngineWay> of(SessionLogin.Holder holder, LocalEngine engine) {
        Accounts.Account account = holder.account();
        Optional<String> identity = account.identity();
        boolean told = engine.family().accounts().trust().isPresent();
        Optional<SocketAddress> socket = engine.socket().map(UnixDomainSocketAddress::of);
        if (identity.isEmpty()) {
            Bytes header = told ? ClientAddressHeader.of(NetUtil.LOCALHOST4) : Bytes.EMPTY; // as if it came over TCP
            return ways(
                    socket.map(path -> new EngineWay(path, header, account.user() + "@%")),
                    new EngineWay(engine.address(), Bytes.EMPTY, ""));
        }
        if (told) {
            Bytes header = account.local() ? ClientAddressHeader.local() : ClientAddressHeader.of(holder.address());
            return ways(
                    socket.map(path -> new EngineWay(path, header, identity.get())),
                    new EngineWay(engine.address(), header, ""));
        }
        return List.of(new EngineWay(
                socket.filter(path -> account.local()).orElse(engine.address()), Bytes.EMPTY, identity.get()));
    }

    private static List<EngineWay> ways(Optional<EngineWay> first, EngineWay second) {
        return Stream.concat(first.stream(), Stream.of(second)).toList();
    }

    /** What to tell the client of a login that failed although the password was right. */
    Throwable explain(Throwable failure) {
        return !expected.isEmpty()
                        && failure instanceof SqlException refused
                        && ProxyErrors.isAccessDenied(refused.error())
                ? new SqlException(ProxyErrors.accountUnreachable(expected, "another account or none"))
                : failure;
    }

    /** Asks a connection that has just logged in; fails with {@link SqlException}, and the connection is closed, if it is another's. */
    CompletionStage<Backend> check(Backend backend) {
        if (expected.isEmpty()) {
            return CompletableFuture.completedFuture(backend);
        }
        return InternalQuery.run(backend, "SELECT CURRENT_USER()").thenCompose(answer -> {
            Optional<ErrPacket> error = answer.error().or(() -> answer.value()
                    .filter(found -> !found.equals(expected))
                    .map(found -> ProxyErrors.accountUnreachable(expected, found)));
            if (error.isEmpty()) {
                return CompletableFuture.completedFuture(backend);
            }
            backend.close();
            return CompletableFuture.failedFuture(
                    error.get().equals(InternalQuery.CONNECTION_LOST)
                            ? new IOException("lost before it was ready")
                            : new SqlException(error.get()));
        });
    }
}
