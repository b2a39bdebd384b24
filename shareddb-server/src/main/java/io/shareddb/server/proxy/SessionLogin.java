package io.shareddb.server.proxy;

import io.shareddb.protocol.auth.LoginSecret;
import io.shareddb.protocol.capability.Capabilities;
import io.shareddb.protocol.handshake.ClientLoginConfig;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;

/**
 * As whom a session works, and how its client wants to be talked to. Immutable.
 *
 * @param capabilities in use with the client
 * @param attributes what the client says of itself, seen in the engine's {@code session_connect_attrs}
 * @param collation of the session, 1 to 255; 0 for the engine's own
 * @param holder whose rights the session has
 */
record SessionLogin(Capabilities capabilities, Map<String, String> attributes, int collation, Holder holder) {
    /** The highest number of a collation that logins have room for. */
    static final int MAX_COLLATION = 255;

    /**
     * Who has logged in.
     *
     * @param secret proves it to engines
     * @param address where the client is
     */
    record Holder(Accounts.Account account, LoginSecret secret, InetAddress address) {}

    /** The same, with the engine's character set and collation. */
    SessionLogin withEnginesCollation() {
        return new SessionLogin(capabilities, attributes, 0, holder);
    }

    /** At this node's engine. {@code database} is empty for none. */
    ClientLoginConfig atEngine(String database) {
        return with(
                ClientLoginConfig.of(holder.account().user(), holder.secret())
                        .withAttributes(attributes)
                        .withRequestPublicKey(true),
                database);
    }

    /** At another node's proxy. {@code database} is empty for none. */
    ClientLoginConfig atPeer(PeerCredentials peers, String database) {
        Map<String, String> all = new HashMap<>(attributes);
        all.putAll(peers.attributes(holder));
        return with(
                ClientLoginConfig.of(peers.user(), peers.key())
                        .withAttributes(all)
                        .withRequestPublicKey(false),
                database);
    }

    /** At another node's proxy, for what it can do without an engine. */
    ClientLoginConfig onErrandAt(PeerCredentials peers) {
        ClientLoginConfig config = atPeer(peers, "");
        Map<String, String> all = new HashMap<>(config.attributes());
        all.put(PeerCredentials.ERRAND_ATTRIBUTE, "1");
        return config.withAttributes(all);
    }

    private ClientLoginConfig with(ClientLoginConfig config, String database) {
        return config.withCapabilities(ClientCapabilities.atEngine(capabilities))
                .withCollation(collation)
                .withDatabase(database.isEmpty() ? null : database);
    }
}
