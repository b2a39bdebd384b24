package io.shareddb.replication.engine;

import java.util.Optional;

/** What a proxy must know to let clients work as accounts of this kind of engine. Stateless. */
public interface AccountDialect {
    /**
     * A query with one parameter, a user's name. Each row is an account that a client of that name may be given, those without a
     * name included: host pattern, user, authentication method, what the engine stores of the password (bytes). No roles.
     */
    String accounts();

    /**
     * The statement that makes the engine believe the PROXY protocol's header, with the client's address, on connections from an
     * address, which is the parameter; may be repeated, lasts until the engine ends. Empty where the engine knows no such header: it judges
     * clients by the node's own address then.
     */
    Optional<String> trust();
}
