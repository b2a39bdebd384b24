package io.shareddb.server.proxy;

/**
 * How the proxies of one cluster log in at each other. A peer may work as any account of {@link Accounts}, from any address.
 *
 * @param user a name that no client's account has
 * @param key derived from the cluster's secret; never logged
 */
public record PeerCredentials(String user, String key) {
    /** The usual name. */
    public static final String USER = "shareddb-peer";

    /** Connection attribute that names the account a peer's client logged in with. */
    static final String ACCOUNT_ATTRIBUTE = "shareddb_account";

    /** Connection attribute with the client's address, for people who look at the leader's sessions. */
    static final String ADDRESS_ATTRIBUTE = "shareddb_client_address";

    /** Under the usual name. */
    public static PeerCredentials of(String key) {
        return new PeerCredentials(USER, key);
    }

    @Override
    public String toString() {
        return "PeerCredentials[" + user + "]";
    }
}
