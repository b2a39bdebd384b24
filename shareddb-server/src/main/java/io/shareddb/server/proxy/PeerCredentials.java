package io.shareddb.server.proxy;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * How the proxies of one cluster log in at each other. A peer works as the account of its client, whose secret it brings along, from
 * any address. Its name says which key it has, so that nodes can change their key one after the other.
 *
 * @param user a name that no client's account has
 * @param key derived from the cluster's secret; never logged
 * @param accepted keys of the peers that may log in, by name
 */
public record PeerCredentials(String user, String key, Map<String, String> accepted) {
    /** Connection attribute that names the account a peer's client logged in with. */
    static final String ACCOUNT_ATTRIBUTE = "shareddb_account";

    /** Connection attribute with the account's identity in the engine, where it has one. */
    static final String IDENTITY_ATTRIBUTE = "shareddb_account_identity";

    /** Connection attribute that is there for accounts of the engine's own machine. */
    static final String LOCAL_ATTRIBUTE = "shareddb_account_local";

    /** Connection attribute with what lets the account log in on the engine, {@linkplain SealedSecret sealed}. */
    static final String SECRET_ATTRIBUTE = "shareddb_account_secret";

    /** Connection attribute with the client's address. */
    static final String ADDRESS_ATTRIBUTE = "shareddb_client_address";

    /** Connection attribute of a peer that wants nothing of an engine. */
    static final String ERRAND_ATTRIBUTE = "shareddb_errand";

    private static final String ATTRIBUTE_PREFIX = "shareddb_";
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

    /** What clients say of themselves: nothing that only peers may say of them. */
    static Map<String, String> clients(Map<String, String> attributes) {
        if (attributes.keySet().stream().noneMatch(name -> name.startsWith(ATTRIBUTE_PREFIX))) {
            return attributes;
        }
        Map<String, String> others = new HashMap<>(attributes);
        others.keySet().removeIf(name -> name.startsWith(ATTRIBUTE_PREFIX));
        return others;
    }

    /** Whether a peer with these attributes wants nothing of an engine. */
    static boolean isErrand(Map<String, String> attributes) {
        return attributes.containsKey(ERRAND_ATTRIBUTE);
    }

    /** What to tell another node of {@code holder}, for whom this one works. */
    Map<String, String> attributes(SessionLogin.Holder holder) {
        Accounts.Account account = holder.account();
        Map<String, String> about = new HashMap<>(Map.of(
                ACCOUNT_ATTRIBUTE,
                account.user(),
                SECRET_ATTRIBUTE,
                SealedSecret.seal(holder.secret(), account.user(), key),
                ADDRESS_ATTRIBUTE,
                holder.address().getHostAddress()));
        account.identity().ifPresent(name -> about.put(IDENTITY_ATTRIBUTE, name));
        if (account.local()) {
            about.put(LOCAL_ATTRIBUTE, "1");
        }
        return about;
    }

    /** For whom the peer {@code user} works; empty if it does not say so in a way that only peers can. */
    Optional<SessionLogin.Holder> holder(String user, Map<String, String> attributes) {
        String name = attributes.getOrDefault(ACCOUNT_ATTRIBUTE, "");
        Accounts.Account account = new Accounts.Account(
                name, Optional.ofNullable(attributes.get(IDENTITY_ATTRIBUTE)), attributes.containsKey(LOCAL_ATTRIBUTE));
        byte[] address = NetUtil.createByteArrayFromIpAddressString(attributes.getOrDefault(ADDRESS_ATTRIBUTE, ""));
        if (address == null) {
            return Optional.empty();
        }
        return keyOf(user)
                .flatMap(peerKey -> SealedSecret.open(attributes.getOrDefault(SECRET_ATTRIBUTE, ""), name, peerKey))
                .map(secret -> new SessionLogin.Holder(account, secret, inet(address)));
    }

    private static InetAddress inet(byte[] address) {
        try {
            return InetAddress.getByAddress(address);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of " + address.length + " bytes", e);
        }
    }

    @Override
    public String toString() {
        return "PeerCredentials[" + user + "]";
    }
}
