package io.shareddb.server;

import io.shareddb.server.config.LimitsConfig;
import io.shareddb.server.config.NodeConfig;
import io.shareddb.server.proxy.ClientAddresses;
import io.shareddb.server.proxy.ClientTls;
import io.shareddb.server.proxy.ProxyConfig;

/** How the MySQL endpoint is to be, from the node's configuration. */
final class ProxySettings {
    private ProxySettings() {}

    static ProxyConfig of(NodeConfig config, ClientAddresses clients, ClientTls tls) {
        LimitsConfig limits = config.limits();
        ProxyConfig defaults =
                ProxyConfig.of(config.ports().bindAddress(), config.ports().mysql(), clients);
        return defaults.with(new ProxyConfig.Limits(
                        limits.maxConnections(),
                        limits.maxConnectionsPerAddress(),
                        limits.maxUnauthenticated(),
                        (long) limits.maxPacketMegabytes() << 20))
                .with(new ProxyConfig.Times(
                        limits.handshake(),
                        limits.idle(),
                        limits.interactiveIdle(),
                        limits.slowReader(),
                        limits.engineIdle(),
                        config.access().leaderWait(),
                        defaults.times().ownWriteWait()))
                .with(config.access().consistency())
                .with(tls);
    }
}
