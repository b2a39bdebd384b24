package io.shareddb.server.proxy;

import io.shareddb.protocol.auth.Credential;
import io.shareddb.protocol.auth.LoginSecret;
import io.shareddb.replication.engine.Credentials;
import java.net.InetAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Who may log in at the proxy, and as whom he works on the engine. Thread-safe, never blocks. */
@FunctionalInterface
public interface Accounts {
    /**
     * The account of that name for a client from {@code address}; empty if there is none, which the client cannot tell from a wrong
     * password.
     *
     * @return completes on any thread; fails with {@link io.shareddb.protocol.packet.SqlException} to tell the client something else
     */
    CompletionStage<Optional<Entry>> find(String user, InetAddress address);

    /**
     * Whether {@code killer} may end sessions of {@code owner}, another account.
     *
     * @return completes on any thread
     */
    default CompletionStage<Boolean> mayKill(Account killer, Account owner) {
        return CompletableFuture.completedFuture(killer.identity().isEmpty());
    }

    /** One account, whose engine account has the same name and password. */
    static Accounts single(Credentials credentials) {
        Entry entry = new Entry(
                new Account(credentials.user(), Optional.empty(), false),
                new Credential.PlainPassword(credentials.password()),
                shown -> {});
        return (user, address) -> CompletableFuture.completedFuture(
                user.equals(entry.account().user()) ? Optional.of(entry) : Optional.empty());
    }

    /**
     * One account.
     *
     * @param user as clients give it
     * @param identity the engine's own name of it, {@code user@host}, which it gives only to clients from there; empty for the
     *     cluster's own account, with which nodes log in from wherever they are
     * @param local only for clients of the engine's own machine
     */
    record Account(String user, Optional<String> identity, boolean local) {}

    /**
     * How to check somebody who says that he has the account.
     *
     * @param credential what the password is checked against
     * @param shown hears what a login has shown of the password when it was right; any thread
     */
    record Entry(Account account, Credential credential, Consumer<LoginSecret> shown) {}
}
