package io.shareddb.cluster.role;

import io.shareddb.replication.archive.TransactionArchive;
import io.shareddb.replication.engine.EngineState;
import io.shareddb.replication.log.NodeId;
import java.util.List;
import java.util.Optional;

/**
 * The beginning of a history whose first content is one node's database: that node's engine stands at its beginning, whatever
 * transactions it had before, and only that node may open the first epoch. The others wait for that and get copies. Role thread only.
 */
final class Adoption {
    private final NodeId own;
    private final Optional<NodeId> adopted;
    private final TransactionArchive archive;

    /** @param adopted empty: the cluster begins empty, and nothing here has any effect */
    Adoption(NodeId own, Optional<NodeId> adopted, TransactionArchive archive) {
        this.own = own;
        this.adopted = adopted;
        this.archive = archive;
    }

    /** No epoch was opened yet, as far as this node knows. */
    private boolean pending() {
        return adopted.isPresent() && archive.committed().epoch() == 0;
    }

    /** Others have to go first. */
    boolean waits() {
        return pending() && !adopted.equals(Optional.of(own));
    }

    /**
     * What to do with an engine before there is a history to compare it with.
     *
     * @param settled everything that ever will be committed of what the engine wrote is known here
     * @return empty: to be compared with the history
     */
    Optional<Verdict> judge(EngineState state, boolean settled) {
        if (!pending()) {
            return Optional.empty();
        }
        if (waits()) {
            return Optional.of(new Verdict.Wait("the database of " + adopted.orElseThrow()
                    + " is adopted: waits until that node leads, then gets a copy"));
        }
        if (!settled) {
            return Optional.of(new Verdict.Wait("its database is adopted: waits for a majority of the nodes"));
        }
        // What an account with all privileges wrote after the engine was taken belongs to its content.
        return Optional.of(new Verdict.Follow(state.originated()
                .filter(gtid -> !state.applied().contains(gtid))
                .map(state.applied()::plus)
                .orElse(state.applied())));
    }

    /** Of those who could lead instead of this node, who may. */
    List<NodeId> mayLead(List<NodeId> candidates) {
        return waits()
                ? candidates.stream()
                        .filter(candidate -> adopted.equals(Optional.of(candidate)))
                        .toList()
                : candidates;
    }
}
