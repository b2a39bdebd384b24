package io.shareddb.cluster.role;

import io.shareddb.cluster.member.NodeKind;
import io.shareddb.cluster.peer.PeerStatus;
import io.shareddb.cluster.storage.DiskLevel;
import io.shareddb.cluster.storage.DiskStatus;
import io.shareddb.replication.engine.EngineInfo;
import io.shareddb.replication.engine.EngineVersion;
import io.shareddb.replication.log.LogState;
import io.shareddb.replication.log.NodeId;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who should lead instead of this node. Stateless. */
final class LeaderChoice {
    private LeaderChoice() {}

    /**
     * Voters that can take over, best first: those whose engine follows, then those that are not known to be in trouble, each by
     * how much of the log they have. While one follows whose engine is of an older series, those with newer ones are left out.
     */
    static List<NodeId> candidates(NodeId own, LogState log, List<PeerStatus> peers) {
        Map<NodeId, Integer> troubles = new HashMap<>();
        Map<NodeId, EngineVersion> versions = new HashMap<>();
        for (PeerStatus peer : peers) {
            troubles.put(peer.member().id(), trouble(peer));
            version(peer).ifPresent(version -> versions.put(peer.member().id(), version));
        }
        Optional<EngineVersion> oldest = oldest(own, log, peers);
        return log.voters().stream()
                .filter(voter -> !voter.equals(own))
                .filter(voter -> !newer(Optional.ofNullable(versions.get(voter)), oldest))
                .filter(voter -> troubles.getOrDefault(voter, 1) < 2)
                .sorted(Comparator.comparing((NodeId voter) -> troubles.getOrDefault(voter, 1))
                        .thenComparing(voter -> -log.matchIndex().getOrDefault(voter, 0L))
                        .thenComparing(Comparator.naturalOrder()))
                .toList();
    }

    /**
     * Whether an engine should not lead because another node could whose engine is of an older series: older engines do not follow
     * newer ones for sure.
     *
     * @param engine this node's
     */
    static Optional<String> tooNew(Optional<EngineInfo> engine, NodeId own, LogState log, List<PeerStatus> peers) {
        Optional<EngineVersion> oldest = oldest(own, log, peers);
        return engine.map(info -> EngineVersion.in(info.version()))
                .filter(version -> newer(Optional.of(version), oldest))
                .map(version -> "the engine is of a newer series, " + version + ", than another node's, "
                        + oldest.map(EngineVersion::toString).orElse(""));
    }

    /** Of the other voters that are ready to lead. */
    private static Optional<EngineVersion> oldest(NodeId own, LogState log, List<PeerStatus> peers) {
        return peers.stream()
                .filter(peer -> log.voters().contains(peer.member().id())
                        && !peer.member().id().equals(own))
                .filter(peer -> trouble(peer) == 0)
                .flatMap(peer -> version(peer).stream())
                .min(Comparator.naturalOrder());
    }

    private static boolean newer(Optional<EngineVersion> version, Optional<EngineVersion> oldest) {
        return version.isPresent() && oldest.isPresent() && version.get().newerSeriesThan(oldest.get());
    }

    private static Optional<EngineVersion> version(PeerStatus peer) {
        return Optional.ofNullable(peer.lastKnown())
                .flatMap(status -> Optional.ofNullable(status.engine()))
                .map(engine -> engine.kind().version());
    }

    /** 0: ready to lead; 1: not known, or has no room for writes; 2: cannot. */
    private static int trouble(PeerStatus peer) {
        if (peer.member().kind() == NodeKind.WITNESS) {
            return 2;
        }
        if (!peer.reachable() || peer.lastKnown() == null) {
            return peer.lastKnown() == null ? 1 : 2;
        }
        DiskStatus disk = peer.lastKnown().disk();
        if (disk != null && disk.level() == DiskLevel.FAILED) {
            return 2;
        }
        boolean full = disk != null && disk.level() == DiskLevel.REFUSE;
        return switch (peer.lastKnown().state()) {
            case FOLLOWING, LEADING -> full ? 1 : 0;
            case STARTING -> 1;
            case RESEEDING, DRAINING, STOPPED, FAILED -> 2;
        };
    }
}
