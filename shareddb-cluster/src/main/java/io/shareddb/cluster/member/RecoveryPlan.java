package io.shareddb.cluster.member;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.shareddb.replication.log.NodeId;
import java.util.List;
import java.util.Optional;

/**
 * How a cluster that lost more than half of its voters goes on, as every node that takes part has it on disk before anything is changed:
 * {@code recovery.json}. Immutable.
 *
 * @param former id of the cluster that lost them
 * @param successor id of the one that goes on in its place
 * @param chosen whose log it goes on with
 * @param voters who belongs to it at first
 * @param term in which that is decided; above all that any of them had seen
 * @param at when, for people
 * @param done whether all steps were taken
 */
public record RecoveryPlan(
        String former, String successor, NodeId chosen, List<NodeId> voters, long term, String at, boolean done) {
    private static final String NAME = "recovery";

    public RecoveryPlan {
        voters = List.copyOf(voters);
        if (!voters.contains(chosen)) {
            throw new IllegalArgumentException("chosen: " + chosen + " (expected: one of " + voters + ")");
        }
    }

    /** The newest one that this node took part in. */
    public static Optional<RecoveryPlan> read(StateStore store) {
        return store.read(NAME).map(json -> {
            try {
                return ClusterJson.mapper().readValue(json, RecoveryPlan.class);
            } catch (JsonProcessingException e) {
                throw new StateException(store.describe(NAME) + ": not what this version writes (restore the file)", e);
            }
        });
    }

    /** It is on disk when this returns. */
    public void write(StateStore store) {
        try {
            store.write(NAME, ClusterJson.mapper().writeValueAsString(this));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record of strings and numbers is always JSON", e);
        }
    }

    /** The same, with all steps taken. */
    public RecoveryPlan finished() {
        return new RecoveryPlan(former, successor, chosen, voters, term, at, true);
    }

    /**
     * For a node that is about to start.
     *
     * @throws StateException if it was stopped half-way
     */
    static void checkFinished(StateStore store) {
        Optional<RecoveryPlan> unfinished = read(store).filter(plan -> !plan.done());
        if (unfinished.isPresent()) {
            throw new StateException(store.describe(NAME) + ": a recovery of "
                    + unfinished.get().at() + " was not finished (run ./shareddb recover on this directory again)");
        }
    }
}
