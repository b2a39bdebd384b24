package io.shareddb.cluster.role;

import io.shareddb.replication.archive.Committed;
import io.shareddb.replication.archive.Resolution;
import io.shareddb.replication.archive.TransactionArchive;
import io.shareddb.replication.engine.EngineFamily;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.engine.EngineState;
import io.shareddb.replication.engine.Gtid;
import io.shareddb.replication.log.NodeId;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Compares what an engine holds with the history. What it applied as a follower came from the history; what it wrote itself may
 * not have reached it.
 *
 * <p>A transaction that is missing here may merely not be known here yet: after a restart nobody has said what is committed, and the
 * tail of a deposed leader's log may still be committed by its successor. Such a case waits until the history is
 * <em>settled</em>: a leader of a later term has committed something, and this node has it.
 */
final class PositionCheck {
    private final NodeId own;
    private final TransactionArchive archive;
    private final long replayLimit;

    PositionCheck(NodeId own, TransactionArchive archive, long replayLimit) {
        this.own = own;
        this.archive = archive;
        this.replayLimit = replayLimit;
    }

    /**
     * Judges; reads files.
     *
     * @param madeAnew the engine's data directory was empty when it started, and it has not followed since
     * @param verified the engine's own last transaction when it was last found to be in the history
     * @param adding the last transaction of what this node has begun to add to the log; null for none
     * @param settled everything that ever will be committed of what the engine wrote is known here
     * @param leads this node leads, so nobody else opens an epoch meanwhile
     */
    Verdict judge(
            EngineFamily family,
            EngineState state,
            boolean madeAnew,
            @Nullable String verified,
            @Nullable String adding,
            boolean settled,
            boolean leads) {
        EnginePosition applied = state.applied();
        OptionalLong written = OptionalLong.empty();
        if (state.originated().isPresent()) {
            Gtid originated = state.originated().get();
            written = archive.seqOf(originated);
            boolean old = originated.text().equals(verified) && applied.contains(originated);
            if (written.isEmpty() && !old) {
                String what = "the engine's own last transaction, " + originated.text() + ", is not in the log";
                return beyond(what, goesOn(family, state, adding), settled, leads);
            }
        }
        Resolution place = archive.resolve(applied);
        long nextSeq = place.nextSeq();
        if (place.diverged()) {
            String what = "the engine's position, " + applied.text() + ", is not in the log";
            return beyond(what, goesOn(family, state, adding), settled, leads);
        }
        if (written.isPresent() && (place.dropped() || written.getAsLong() >= nextSeq)) {
            return new Verdict.Follow(archive.positionAt(written.getAsLong()));
        }
        if (place.dropped()) {
            return new Verdict.Reseed(
                    (applied.text().isEmpty() ? "the engine is empty" : "the engine is at " + applied.text())
                            + " and lacks what came before the log's first transaction");
        }
        if (madeAnew) {
            if (!settled) {
                return new Verdict.Wait("the engine is empty; how long the history is, is not known yet");
            }
            long missing = archive.committed().seq() - nextSeq + 1;
            if (missing > replayLimit) {
                return new Verdict.Reseed("the engine is empty and lacks " + missing + " transactions");
            }
        }
        return new Verdict.Follow(applied);
    }

    /** What it holds beyond the history was written by this node's engine in the last epoch, or in the one before that was opened to add it. */
    private boolean goesOn(EngineFamily family, EngineState state, @Nullable String adding) {
        Committed end = archive.committed();
        boolean begun =
                state.originated().filter(last -> last.text().equals(adding)).isPresent();
        return archive.leaderOf(end.epoch()).equals(Optional.of(own))
                && family.name().equals(end.family())
                && (begun || family.continues(state, end.position(), end.epoch()));
    }

    /**
     * The engine holds what is not in the history. It can still become part of that as long as nobody has opened a later epoch, for only
     * that makes proxies tell their clients that a commit was rolled back.
     *
     * @param goesOn it continues the last epoch, in which this node led
     */
    private Verdict beyond(String what, boolean goesOn, boolean settled, boolean leads) {
        if (!settled) {
            return new Verdict.Wait(what + " as far as this node knows");
        }
        if (!goesOn) {
            return new Verdict.Reseed(what);
        }
        return leads
                ? new Verdict.Ahead(what)
                : new Verdict.Wait(what + " yet: waits until this node leads, or another one opens an epoch");
    }
}
