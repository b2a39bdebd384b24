package io.shareddb.server.proxy;

import io.shareddb.protocol.capability.Capabilities;
import io.shareddb.protocol.handshake.ClientLoginConfig;
import java.net.InetSocketAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * As whom a session works, and how its client wants to be talked to. Immutable.
 *
 * @param capabilities in use with the client
 * @param attributes what the client says of itself
 * @param collation of the session, 1 to 255
 * @param account whose rights the session has
 */
record SessionLogin(
        Capabilities capabilities, Map<String, String> attributes, int collation, Accounts.Account account) {
    private static final int DEFAULT_COLLATION = ClientLoginConfig.of("", "").collation();

    SessionLogin {
        collation = collation == 0 ? DEFAULT_COLLATION : collation;
    }

    /** At this node's engine. {@code database} is empty for none. */
    ClientLoginConfig atEngine(String database) {
        return with(
                ClientLoginConfig.of(account.engine().user(), account.engine().password())
                        .withAttributes(attributes)
                        .withRequestPublicKey(true),
                database);
    }

    /** At another node's proxy. {@code database} is empty for none. */
    ClientLoginConfig atPeer(PeerCredentials peers, @Nullable InetSocketAddress client, String database) {
        return with(
                ClientLoginConfig.of(peers.user(), peers.key())
                        .withAttributes(Map.of(
                                PeerCredentials.ACCOUNT_ATTRIBUTE,
                                account.name(),
                                PeerCredentials.ADDRESS_ATTRIBUTE,
                                client == null ? "" : client.getAddress().getHostAddress()))
                        .withRequestPublicKey(false),
                database);
    }

    private ClientLoginConfig with(ClientLoginConfig config, String database) {
        return config.withCapabilities(ClientCapabilities.atEngine(capabilities))
                .withCollation(collation)
                .withDatabase(database.isEmpty() ? null : database);
    }
}
