package io.shareddb.cluster.bootstrap;

import io.shareddb.cluster.bootstrap.AdoptionChoice.Candidate;
import io.shareddb.replication.engine.EngineKind;
import java.util.List;
import java.util.Optional;

/**
 * All engines of a cluster are of one product and series, so that each can follow and copy any other: a cluster does not choose its
 * leaders by their engines' age. Patches may differ, which is how they are brought up to date one by one. Stateless.
 */
public final class EngineSeries {
    private EngineSeries() {}

    /** Why those that are known do not fit together; empty if they do. */
    static Optional<String> problem(List<Candidate> candidates) {
        List<EngineKind> kinds =
                candidates.stream().flatMap(each -> each.kind().stream()).toList();
        if (kinds.stream().allMatch(kind -> kind.fits(kinds.get(0)))) {
            return Optional.empty();
        }
        return Optional.of("the engines do not fit together: "
                + String.join(
                        ", ",
                        candidates.stream()
                                .flatMap(each -> each.kind().stream()
                                        .map(kind -> each.member().name() + " has " + kind.describe()))
                                .toList())
                + " (expected: one product and one series, such as "
                + kinds.get(0).series() + ", on all nodes)");
    }

    /** Why an engine cannot join; empty if it can. */
    public static Optional<String> problem(EngineKind cluster, EngineKind joining) {
        return cluster.fits(joining)
                ? Optional.empty()
                : Optional.of("its engine is " + joining.describe() + ", the cluster's " + cluster.describe()
                        + " (expected: any " + cluster.series() + ")");
    }
}
