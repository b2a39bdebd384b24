package io.shareddb.server.proxy;

import io.shareddb.protocol.auth.Credential;
import io.shareddb.replication.engine.Credentials;
import java.net.InetAddress;
import java.util.Optional;

/** Who may log in at the proxy, and as whom he works on the engine. Thread-safe, never blocks. */
@FunctionalInterface
public interface Accounts {
    /**
     * The account of that name for a client from {@code address}; empty if there is none, which the client cannot tell from a wrong
     * password.
     */
    Optional<Account> find(String user, InetAddress address);

    /** One account, whose engine account has the same name and password. */
    static Accounts single(Credentials credentials) {
        Account account =
                new Account(credentials.user(), new Credential.PlainPassword(credentials.password()), credentials);
        return (user, address) -> user.equals(account.name()) ? Optional.of(account) : Optional.empty();
    }

    /**
     * One account.
     *
     * @param name as clients give it
     * @param credential what its password is checked against
     * @param engine how the proxy logs in on the engine for it
     */
    record Account(String name, Credential credential, Credentials engine) {}
}
