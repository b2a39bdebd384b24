package io.shareddb.cluster.role;

import io.shareddb.cluster.peer.PeerStatus;
import io.shareddb.replication.log.Members;
import io.shareddb.replication.log.NodeId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a node does for clients while it knows of no leader, and how it says so. Thread-safe, does not block.
 */
public final class WithoutLeader {
    /** Elections are shorter, and not worth a word. */
    private static final Duration WORTH_A_WORD = Duration.ofSeconds(3);

    private final NodeId own;
    private final LeaderAbsence absence;
    private final Optional<Duration> readsEnd;
    private final Supplier<Optional<Members>> members;
    private final Supplier<List<PeerStatus>> peers;

    /**
     * Prepares.
     *
     * @param readsEnd for how long reads go on; empty: without end
     * @param members who belongs to the log, once that is known
     */
    public WithoutLeader(
            NodeId own,
            LeaderAbsence absence,
            Optional<Duration> readsEnd,
            Supplier<Optional<Members>> members,
            Supplier<List<PeerStatus>> peers) {
        this.own = own;
        this.absence = absence;
        this.readsEnd = readsEnd;
        this.members = members;
        this.peers = peers;
    }

    /** For how long there has been none, once reads that did not ask for stale data are refused for it; empty while they go on. */
    public Optional<Duration> refusesReads() {
        return absence.duration().filter(lasts -> readsEnd.filter(end -> lasts.compareTo(end) >= 0)
                .isPresent());
    }

    /** For people, empty while there is nothing to say. */
    public String describe() {
        Optional<Duration> lasts = absence.duration().filter(time -> time.compareTo(WORTH_A_WORD) >= 0);
        if (lasts.isEmpty()) {
            return "";
        }
        String reads = refusesReads().isPresent()
                ? "writes are refused, and so are reads but those with consistency eventual (STALE_READS=refuse)"
                : "writes are refused, reads show what is here";
        return "no leader for " + lasts.get().toSeconds() + " s"
                + members.get().map(this::voters).orElse("") + ": " + reads;
    }

    private String voters(Members known) {
        List<PeerStatus> statuses = peers.get();
        long inSight = known.voters().stream()
                .filter(voter -> voter.equals(own)
                        || statuses.stream()
                                .anyMatch(peer ->
                                        peer.reachable() && peer.member().id().equals(voter)))
                .count();
        int all = known.voters().size();
        return ", " + inSight + " of " + all + " voters in sight (a leader needs " + (all / 2 + 1) + ")";
    }
}
