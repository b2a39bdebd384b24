package io.shareddb.cluster.discovery;

import io.shareddb.cluster.member.PeerAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * A name with an address record for each node, such as that of a headless service. Thread-safe.
 *
 * @param name as the resolver takes it
 * @param port of the cluster API on all nodes
 * @param resolver asks
 */
public record DnsDirectory(String name, int port, Resolver resolver) implements CachedDiscovery.Directory {
    /** Looks a name up. */
    @FunctionalInterface
    public interface Resolver {
        InetAddress[] resolve(String name) throws IOException;
    }

    @Override
    public Set<PeerAddress> ask() throws IOException {
        Set<PeerAddress> found = new LinkedHashSet<>();
        for (InetAddress address : resolver.resolve(name)) {
            found.add(new PeerAddress(address.getHostAddress(), port));
        }
        return found;
    }

    @Override
    public String describe() {
        return "dns:" + name;
    }
}
