package io.shareddb.cluster.role;

import io.shareddb.replication.archive.Resolution;
import io.shareddb.replication.archive.TransactionArchive;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.engine.EngineState;
import io.shareddb.replication.engine.Gtid;
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
    private final TransactionArchive archive;
    private final long replayLimit;

    PositionCheck(TransactionArchive archive, long replayLimit) {
        this.archive = archive;
        this.replayLimit = replayLimit;
    }

    /**
     * Judges; reads files.
     *
     * @param madeAnew the engine's data directory was empty when it started
     * @param verified the engine's own last transaction when it was last found to be in the history
     * @param settled everything that ever will be committed of what the engine wrote is known here
     */
    Verdict judge(EngineState state, boolean madeAnew, @Nullable String verified, boolean settled) {
        EnginePosition applied = state.applied();
        OptionalLong own = OptionalLong.empty();
        if (state.originated().isPresent()) {
            Gtid originated = state.originated().get();
            own = archive.seqOf(originated);
            boolean old = originated.text().equals(verified) && applied.contains(originated);
            if (own.isEmpty() && !old) {
                String what = "the engine's own last transaction, " + originated.text() + ", is not in the log";
                return settled ? new Verdict.Reseed(what) : new Verdict.Wait(what + " as far as this node knows");
            }
        }
        Resolution place = archive.resolve(applied);
        long nextSeq = place.nextSeq();
        if (place.diverged()) {
            String what = "the engine's position, " + applied.text() + ", is not in the log";
            return settled ? new Verdict.Reseed(what) : new Verdict.Wait(what + " as far as this node knows");
        }
        if (own.isPresent() && (place.dropped() || own.getAsLong() >= nextSeq)) {
            return new Verdict.Follow(archive.positionAt(own.getAsLong()));
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
}
