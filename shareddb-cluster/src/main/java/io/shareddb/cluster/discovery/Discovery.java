package io.shareddb.cluster.discovery;

import io.shareddb.cluster.member.PeerAddress;
import java.util.Set;

/** Finds addresses where nodes may be. Thread-safe. */
@FunctionalInterface
public interface Discovery {
    /**
     * Where to look now. May hold this node itself, strangers and addresses where nobody answers. May block for some seconds;
     * never fails: what cannot be found is left out.
     */
    Set<PeerAddress> addresses();
}
