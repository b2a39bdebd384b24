package io.shareddb.server;

import io.shareddb.cluster.member.ClusterSecret;
import io.shareddb.cluster.member.ClusterSecret.Purpose;
import io.shareddb.replication.tls.NodeTls;
import io.shareddb.server.config.NodeConfig;
import io.shareddb.server.config.TrustConfig;
import io.shareddb.server.proxy.PeerCredentials;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node shows to other nodes, and what it asks of them.
 *
 * @param tls between operators; empty: anybody who reaches the ports is taken for a node
 * @param peers between proxies
 */
public record NodeTrust(Optional<NodeTls> tls, PeerCredentials peers) {
    private static final Logger log = LoggerFactory.getLogger(NodeTrust.class);
    private static final Duration EXPIRES_SOON = Duration.ofDays(30);

    /**
     * As its settings say.
     *
     * @throws IOException if there are certificates that cannot be used, naming the file
     */
    public static NodeTrust of(NodeConfig config) throws IOException {
        TrustConfig trust = config.trust();
        ClusterSecret secret = new ClusterSecret(trust.secret().value());
        Optional<ClusterSecret> previous = trust.previous().map(text -> new ClusterSecret(text.value()));
        Optional<NodeTls> tls = Optional.empty();
        if (trust.tls() && trust.files().isPresent()) {
            tls = Optional.of(ofFiles(config.nodeName(), trust.files().get()));
        } else if (trust.tls()) {
            tls = Optional.of(NodeTls.ofSecret(
                    config.nodeName(),
                    secret.key(Purpose.NODE_AUTHORITY),
                    previous.map(other -> other.key(Purpose.NODE_AUTHORITY))));
        } else {
            log.warn(
                    "{} takes whoever reaches its ports {} and {} for a node: CLUSTER_TLS=false",
                    config.nodeName(),
                    config.ports().api(),
                    config.ports().raft());
        }
        return new NodeTrust(tls, PeerCredentials.of(peerKey(secret), previous.map(NodeTrust::peerKey)));
    }

    private static NodeTls ofFiles(String node, TrustConfig.Files files) throws IOException {
        NodeTls tls = NodeTls.ofFiles(files.certificate(), files.key(), files.authorities());
        if (tls.expires().isBefore(Instant.now().plus(EXPIRES_SOON))) {
            log.warn(
                    "{} will be refused by the other nodes from {} on: its certificate {} expires",
                    node,
                    tls.expires(),
                    files.certificate());
        }
        return tls;
    }

    private static String peerKey(ClusterSecret secret) {
        return HexFormat.of().formatHex(secret.key(Purpose.PEER_LOGIN));
    }
}
