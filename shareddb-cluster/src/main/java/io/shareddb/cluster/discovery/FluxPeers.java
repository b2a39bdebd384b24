package io.shareddb.cluster.discovery;

import io.shareddb.cluster.member.PeerAddress;
import java.net.InetAddress;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The instances of a FluxOS application, each of which is a node. Thread-safe; does not block.
 *
 * @param instances stays the caller's
 * @param port of the cluster API, the same on all machines
 */
public record FluxPeers(FluxInstances instances, int port) implements Discovery {
    @Override
    public Set<PeerAddress> addresses() {
        Set<PeerAddress> found = new LinkedHashSet<>();
        for (InetAddress address : instances.addresses()) {
            found.add(new PeerAddress(address.getHostAddress(), port));
        }
        return found;
    }
}
