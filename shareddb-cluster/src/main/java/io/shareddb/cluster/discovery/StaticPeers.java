package io.shareddb.cluster.discovery;

import io.shareddb.cluster.member.PeerAddress;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * A fixed list.
 *
 * @param addresses in the order given
 */
public record StaticPeers(Set<PeerAddress> addresses) implements Discovery {
    public StaticPeers {
        addresses = Set.copyOf(addresses);
    }

    /**
     * Reads {@code host[:apiPort]}, separated by commas or white space.
     *
     * @param defaultPort the cluster API's port where none is given
     * @throws IllegalArgumentException naming the entry that is wrong
     */
    public static StaticPeers parse(String peers, int defaultPort) {
        Set<PeerAddress> addresses = new LinkedHashSet<>();
        for (String entry : peers.trim().split("[,\\s]+", -1)) {
            if (!entry.isEmpty()) {
                addresses.add(peer(entry, defaultPort));
            }
        }
        return new StaticPeers(addresses);
    }

    private static PeerAddress peer(String entry, int defaultPort) {
        try {
            return PeerAddress.parse(entry, defaultPort);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("peer: '" + entry + "' (expected: " + e.getMessage() + ")", e);
        }
    }
}
