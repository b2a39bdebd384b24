package io.shareddb.cluster.peer;

import io.shareddb.cluster.role.NodeState;
import io.shareddb.cluster.storage.DiskStatus;
import io.shareddb.replication.log.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * How a node does, as it says itself.
 *
 * @param state what it is doing
 * @param reason for people; empty when there is nothing to say
 * @param epoch the epoch that it leads in or follows; 0 when none
 * @param leader who leads as far as it knows
 * @param writable it leads and takes writes
 * @param readable its engine answers reads
 * @param committedSeq the last transaction that it knows to be committed
 * @param appliedSeq the last transaction that its engine holds
 * @param lagSeconds for how long the oldest committed transaction that the engine lacks has been waiting; 0 when none does
 * @param operatorPid its process
 * @param engine null before it was started once
 * @param disk null before it was looked at
 * @param copyPercent how much of the copy that its engine gets is loaded, 0 to 100; null while it gets none
 */
public record NodeStatus(
        NodeState state,
        String reason,
        long epoch,
        @Nullable NodeId leader,
        boolean writable,
        boolean readable,
        long committedSeq,
        long appliedSeq,
        double lagSeconds,
        long operatorPid,
        @Nullable EngineSummary engine,
        @Nullable DiskStatus disk,
        @Nullable Double copyPercent) {
    /** A node without an engine, or one whose engine has not started; what it has of the history is all that it knows. */
    public static NodeStatus withoutEngine(
            NodeState state, String reason, long epoch, @Nullable NodeId leader, long seq) {
        return new NodeStatus(
                state,
                reason,
                epoch,
                leader,
                false,
                false,
                seq,
                seq,
                0,
                ProcessHandle.current().pid(),
                null,
                null,
                null);
    }

    /** The same with more to say. */
    public NodeStatus because(String more) {
        return new NodeStatus(
                state,
                reason.isEmpty() ? more : reason + "; " + more,
                epoch,
                leader,
                writable,
                readable,
                committedSeq,
                appliedSeq,
                lagSeconds,
                operatorPid,
                engine,
                disk,
                copyPercent);
    }

    /** The same with its disk. */
    public NodeStatus with(DiskStatus known) {
        return new NodeStatus(
                state,
                reason,
                epoch,
                leader,
                writable,
                readable,
                committedSeq,
                appliedSeq,
                lagSeconds,
                operatorPid,
                engine,
                known,
                copyPercent);
    }
}
