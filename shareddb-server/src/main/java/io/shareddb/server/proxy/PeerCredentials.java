package io.shareddb.server.proxy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * How the proxies of one cluster log in at each other. A peer may work as any account of {@link Accounts}, from any address. Its name
 * says which key it has, so that nodes can change their key one after the other.
 *
 * @param user a name that no client's account has
 * @param key derived from the cluster's secret; never logged
 * @param accepted keys of the peers that may log in, by name
 */
public record PeerCredentials(String user, String key, Map<String, String> accepted) {
    /** Connection attribute that names the account a peer's client logged in with. */
    static final String ACCOUNT_ATTRIBUTE = "shareddb_account";

    /** Connection attribute with the client's address, for people who look at the leader's sessions. */
    static final String ADDRESS_ATTRIBUTE = "shareddb_client_address";

    private static final String USER_PREFIX = "shareddb-peer-";
    private static final int PRINT_BYTES = 4;

    public PeerCredentials {
        accepted = Map.copyOf(accepted);
    }

    /**
     * Of a node with {@code key}.
     *
     * @param previous another key whose holders may log in as well
     */
    public static PeerCredentials of(String key, Optional<String> previous) {
        Map<String, String> accepted = new HashMap<>(Map.of(user(key), key));
        previous.ifPresent(other -> accepted.put(user(other), other));
        return new PeerCredentials(user(key), key, accepted);
    }

    private static String user(String key) {
        try {
            byte[] print = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
            return USER_PREFIX + HexFormat.of().formatHex(print, 0, PRINT_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every JDK", e);
        }
    }

    /** The key that {@code user} must prove to have; empty if that is no peer. */
    Optional<String> keyOf(String user) {
        return Optional.ofNullable(accepted.get(user));
    }

    @Override
    public String toString() {
        return "PeerCredentials[" + user + "]";
    }
}
