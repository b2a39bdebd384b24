package io.shareddb.server;

import io.shareddb.cluster.discovery.CachedDiscovery;
import io.shareddb.cluster.discovery.Discovery;
import io.shareddb.cluster.discovery.DnsDirectory;
import io.shareddb.cluster.discovery.FluxInstances;
import io.shareddb.cluster.discovery.FluxPeers;
import io.shareddb.cluster.discovery.StaticPeers;
import io.shareddb.cluster.member.PeerAddress;
import io.shareddb.server.config.ClusterConfig;
import io.shareddb.server.config.DiscoveryConfig.Flux;
import io.shareddb.server.config.FluxApplication;
import io.shareddb.server.proxy.ClientAddresses;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Where this node looks for others and for clients, as its settings say. Stateless. */
final class Peers {
    private static final Duration ASK_DNS = Duration.ofSeconds(2);
    private static final Duration ASK_FOR_NODES = Duration.ofSeconds(10);
    private static final Duration ASK_FOR_CLIENTS = Duration.ofMinutes(1);

    private Peers() {}

    /** The listed ones and those that a directory names. */
    static Discovery discovery(ClusterConfig config, Cleanup cleanup) {
        List<Discovery> all = new ArrayList<>(List.of(new StaticPeers(Set.copyOf(config.peers()))));
        Optional<PeerAddress> dns = config.discovery().dns();
        dns.ifPresent(name -> all.add(new CachedDiscovery(
                new DnsDirectory(name.host(), name.port(), InetAddress::getAllByName), ASK_DNS, System::nanoTime)));
        Optional<Flux> flux = config.discovery().flux();
        flux.ifPresent(nodes -> all.add(new FluxPeers(
                cleanup.add("nodes' application", instances(nodes.application(), ASK_FOR_NODES)), nodes.port())));
        return () -> all.stream().flatMap(each -> each.addresses().stream()).collect(Collectors.toSet());
    }

    /** Those of the machines on which instances of {@code application} run. */
    static ClientAddresses clients(FluxApplication application, Cleanup cleanup) {
        FluxInstances instances = cleanup.add("clients' application", instances(application, ASK_FOR_CLIENTS));
        return address -> instances.addresses().contains(address);
    }

    private static FluxInstances instances(FluxApplication application, Duration period) {
        return FluxInstances.of(application.api(), application.name(), period);
    }
}
