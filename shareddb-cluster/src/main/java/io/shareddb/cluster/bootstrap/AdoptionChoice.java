package io.shareddb.cluster.bootstrap;

import io.shareddb.cluster.member.Member;
import io.shareddb.cluster.member.Membership;
import io.shareddb.cluster.peer.PeerReport;
import io.shareddb.replication.engine.EngineKind;
import io.shareddb.replication.engine.FoundEngine;
import io.shareddb.replication.log.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whose database a new cluster begins with: that of the one node whose engine holds data, or the one that is named. Data are never
 * given up for another node's unless that is named.
 *
 * @param adopted empty: the cluster begins empty
 * @param problem why it cannot be decided; empty when it can
 * @param conflict several engines hold data, and none is named: they should be compared
 */
record AdoptionChoice(Optional<NodeId> adopted, String problem, boolean conflict) {
    /**
     * A node that is to be a member.
     *
     * @param engine what it has; null: not known yet
     * @param adopt the name that it was told; empty: none
     */
    record Candidate(Member member, @Nullable FoundEngine engine, String adopt) {
        boolean holdsData() {
            return engine != null && !engine.content().nothing();
        }

        Optional<EngineKind> kind() {
            return Optional.ofNullable(engine).map(FoundEngine::kind);
        }

        /** Whether this node may agree to {@code plan}: data are given up only for those of the node that it was told. */
        void check(Membership plan) {
            String adopted = Optional.ofNullable(plan.adopted())
                    .flatMap(plan::member)
                    .map(Member::name)
                    .orElse("");
            boolean kept = member.id().equals(plan.adopted());
            boolean givenUp = holdsData() && !kept;
            String problem;
            if (engine == null) {
                problem = "it is not known yet what the engine holds";
            } else if (kept && !holdsData()) {
                problem = "the engine holds no data";
            } else if (givenUp && adopted.isEmpty()) {
                problem = "the engine holds data (expected: none)";
            } else if (givenUp && !adopt.equals(adopted)) {
                problem = "the engine holds data (expected: ADOPT=" + adopted + ", to replace them)";
            } else {
                return;
            }
            throw new IllegalArgumentException("plan: begins with "
                    + (adopted.isEmpty() ? "no database" : "the database of " + adopted) + ", but of "
                    + member.describe() + " " + problem);
        }
    }

    /** @param peers all that were seen; those that have agreed to something do not count */
    static AdoptionChoice of(Candidate own, Collection<PeerReport> peers) {
        List<Candidate> candidates = new ArrayList<>(List.of(own));
        for (PeerReport peer : peers) {
            if (peer.agreed() == null) {
                candidates.add(
                        new Candidate(peer.member(), peer.found(), Objects.requireNonNullElse(peer.adopt(), "")));
            }
        }
        candidates.sort(Comparator.comparing(each -> each.member().name())); // all nodes say the same
        return of(candidates);
    }

    static AdoptionChoice of(List<Candidate> candidates) {
        Optional<String> mixed = EngineSeries.problem(candidates);
        if (mixed.isPresent()) {
            return undecided(mixed.get());
        }
        Set<String> names = new LinkedHashSet<>();
        candidates.forEach(candidate -> names.add(candidate.adopt()));
        if (names.size() > 1) {
            return undecided("ADOPT is not the same on all nodes: "
                    + String.join(
                            ", ",
                            candidates.stream()
                                    .map(each -> each.member().name() + " has '" + each.adopt() + "'")
                                    .toList()));
        }
        List<String> unknown = candidates.stream()
                .filter(each -> each.engine() == null)
                .map(each -> each.member().describe())
                .toList();
        if (!unknown.isEmpty()) {
            return undecided("what the engine holds is not known yet of " + String.join(", ", unknown));
        }
        List<Candidate> full = candidates.stream().filter(Candidate::holdsData).toList();
        String name = names.iterator().next();
        if (!name.isEmpty()) {
            return named(name, candidates);
        }
        if (full.size() > 1) {
            return new AdoptionChoice(Optional.empty(), conflict(full), true);
        }
        return new AdoptionChoice(full.stream().map(each -> each.member().id()).findFirst(), "", false);
    }

    private static AdoptionChoice named(String name, List<Candidate> candidates) {
        List<Candidate> found = candidates.stream()
                .filter(each -> each.member().name().equals(name))
                .toList();
        if (found.size() != 1) {
            return undecided("ADOPT=" + name + " names " + found.size() + " nodes (expected: one of "
                    + String.join(
                            ", ",
                            candidates.stream()
                                    .map(each -> each.member().name())
                                    .toList())
                    + ", each with a name of its own)");
        }
        if (!found.get(0).holdsData()) {
            return undecided("ADOPT=" + name + ", but its engine holds no data (expected: the node with the data, or no"
                    + " ADOPT)");
        }
        return new AdoptionChoice(Optional.of(found.get(0).member().id()), "", false);
    }

    private static AdoptionChoice undecided(String problem) {
        return new AdoptionChoice(Optional.empty(), problem, false);
    }

    private static String conflict(List<Candidate> full) {
        Map<String, FoundEngine> engines = new LinkedHashMap<>();
        List<String> names = new ArrayList<>();
        for (Candidate each : full) {
            if (each.engine() != null) {
                engines.put(each.member().name(), each.engine());
            }
            names.add("ADOPT=" + each.member().name());
        }
        return full.size() + " engines hold data: " + ContentComparison.describe(engines) + ". Set "
                + String.join(" or ", names) + " on all nodes: the data of the others are then DELETED and replaced by"
                + " copies. Or empty all engines but one";
    }
}
