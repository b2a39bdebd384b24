package io.shareddb.cluster.recovery;

import io.shareddb.cluster.member.RecoveryPlan;
import io.shareddb.replication.log.Members;
import io.shareddb.replication.log.NodeId;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What would be done with the survivors of a cluster, and the doing. One thread.
 *
 * @param survivors all that take part
 * @param plan the same on all of them
 * @param resumes whether it was begun before, and confirmed
 */
public record Recovery(List<Survivor> survivors, RecoveryPlan plan, boolean resumes) {
    private static final Comparator<Survivor> MOST_ADVANCED = Comparator.comparingLong(
                    (Survivor survivor) -> survivor.last().term())
            .thenComparingLong(survivor -> survivor.last().index())
            .thenComparing(Survivor::id, Comparator.reverseOrder());

    public Recovery {
        survivors = List.copyOf(survivors);
    }

    /**
     * Decides; changes nothing.
     *
     * @param survivors of one cluster, at least one
     * @param alive other voters that answer
     * @param successor a random id
     * @param at the time, for people
     * @throws RecoveryException if it must not be done
     */
    public static Recovery of(List<Survivor> survivors, Set<NodeId> alive, String successor, String at) {
        Optional<RecoveryPlan> begun = survivors.stream()
                .flatMap(survivor -> survivor.unfinished().stream())
                .findFirst();
        if (begun.isPresent()) {
            return resume(survivors, begun.get());
        }
        Survivor first = survivors.get(0);
        Set<NodeId> ids = new HashSet<>();
        for (Survivor survivor : survivors) {
            if (!survivor.membership().clusterId().equals(first.membership().clusterId())) {
                throw new RecoveryException(survivor.place() + " belongs to the cluster "
                        + survivor.membership().clusterId() + ", " + first.place() + " to "
                        + first.membership().clusterId() + " (expected: nodes of one cluster)");
            }
            if (!ids.add(survivor.id())) {
                throw new RecoveryException(survivor.place() + " is another copy of " + survivor.id()
                        + " (expected: the newest copy of each node alone)");
            }
        }
        Survivor chosen = chosen(survivors);
        chosen.incomplete().ifPresent(why -> {
            throw new RecoveryException(chosen.place() + ": " + why + " (use another survivor, or a backup)");
        });
        Members members = chosen.members();
        List<NodeId> voters = survivors.stream()
                .map(Survivor::id)
                .filter(members::votes)
                .sorted()
                .toList();
        long present = members.voters().stream()
                .filter(voter -> ids.contains(voter) || alive.contains(voter))
                .count();
        if (present * 2 > members.voters().size()) {
            throw new RecoveryException(present + " of the " + members.voters().size() + " voters " + members.voters()
                    + " are here or answer, which is a majority: nothing has to be recovered (start them all; remove"
                    + " the lost ones with ./shareddb remove)");
        }
        if (voters.isEmpty()) {
            voters = List.of(chosen.id()); // a replica is all that is left
        }
        for (Survivor survivor : survivors) {
            if (!voters.contains(survivor.id())) {
                throw new RecoveryException(survivor.place() + ": " + survivor.id()
                        + " did not vote (leave it out; afterwards empty its directory and start it)");
            }
        }
        long term = survivors.stream().mapToLong(Survivor::term).max().orElseThrow() + 1;
        return new Recovery(
                survivors,
                new RecoveryPlan(chosen.membership().clusterId(), successor, chosen.id(), voters, term, at, false),
                false);
    }

    private static Recovery resume(List<Survivor> survivors, RecoveryPlan begun) {
        List<NodeId> given = survivors.stream().map(Survivor::id).sorted().toList();
        if (!given.equals(begun.voters())) {
            throw new RecoveryException(
                    "a recovery of " + begun.at() + " was not finished; it is about the directories of "
                            + begun.voters() + ", these are of " + given + " (expected: the same)");
        }
        return new Recovery(survivors, begun, true);
    }

    /** The one with the most advanced log; of those that vote, if any does. */
    private static Survivor chosen(List<Survivor> survivors) {
        Survivor best = survivors.stream().max(MOST_ADVANCED).orElseThrow();
        return survivors.stream()
                .filter(survivor -> best.members().votes(survivor.id()))
                .max(MOST_ADVANCED)
                .orElse(best);
    }

    /** Whose log it goes on with. */
    public Survivor chosen() {
        return survivors.stream()
                .filter(survivor -> survivor.id().equals(plan.chosen()))
                .findFirst()
                .orElseThrow();
    }

    /** Members that are not here. */
    public List<NodeId> lost() {
        return chosen().members().all().stream()
                .filter(member -> !plan.voters().contains(member))
                .toList();
    }

    /** Does it. A crash leaves all survivors as they were, or so that doing it again finishes it. */
    public void apply() throws IOException {
        for (Survivor survivor : survivors) {
            survivor.note(plan);
        }
        for (Survivor survivor : survivors) {
            survivor.take(plan);
        }
        for (Survivor survivor : survivors) {
            survivor.note(plan.finished());
        }
    }
}
