package io.shareddb.cluster.recovery;

import io.shareddb.cluster.member.LocalNode;
import io.shareddb.cluster.member.Member;
import io.shareddb.cluster.member.MemberDirectory;
import io.shareddb.cluster.member.Membership;
import io.shareddb.cluster.member.NodeKind;
import io.shareddb.cluster.member.RecoveryPlan;
import io.shareddb.cluster.member.StateStore;
import io.shareddb.cluster.role.PendingRebuild;
import io.shareddb.replication.archive.StoppedHistory;
import io.shareddb.replication.engine.EngineFamily;
import io.shareddb.replication.log.LogCorruptException;
import io.shareddb.replication.log.Members;
import io.shareddb.replication.log.NodeId;
import io.shareddb.replication.log.Position;
import io.shareddb.replication.log.raft.StoppedLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The files of a node that does not run and was not lost. Holds its log. One thread. */
public final class Survivor implements AutoCloseable {
    private final String place;
    private final StateStore store;
    private final Membership membership;
    private final StoppedLog log;
    private final StoppedHistory history;

    private Survivor(String place, StateStore store, Membership membership, StoppedLog log, StoppedHistory history) {
        this.place = place;
        this.store = store;
        this.membership = membership;
        this.log = log;
        this.history = history;
    }

    /**
     * Reads everything.
     *
     * @param place for people
     * @param store what it remembers of itself
     * @param logDirectory of its log, which must not run
     * @param archiveDirectory of the log's indexes
     * @param families the kinds of engine that may have written
     * @throws RecoveryException if the node was no member of a cluster, or its log cannot be used
     */
    public static Survivor open(
            String place,
            StateStore store,
            Path logDirectory,
            Path archiveDirectory,
            Collection<? extends EngineFamily> families)
            throws IOException {
        Membership membership = LocalNode.lastMembership(store)
                .orElseThrow(
                        () -> new RecoveryException(place + " is not the directory of a node that was a member of a"
                                + " cluster, or of one that was removed from it"));
        try {
            StoppedLog log = StoppedLog.open(logDirectory);
            try {
                StoppedHistory history = new StoppedHistory(archiveDirectory, families, log.start());
                log.read(history);
                return new Survivor(place, store, membership, log, history);
            } catch (IOException | RuntimeException e) {
                log.close();
                throw e;
            }
        } catch (LogCorruptException e) {
            throw new RecoveryException(place + ": its log cannot be used: " + e.getMessage());
        }
    }

    public NodeId id() {
        return log.self();
    }

    /** Where its files are. */
    public String place() {
        return place;
    }

    /** The cluster that it belonged to, or belongs to already. */
    public Membership membership() {
        return membership;
    }

    /** Where it took the members to be. */
    public List<Member> known() {
        return MemberDirectory.remembered(store).orElse(membership.members());
    }

    /** The newest members in its log. */
    public Members members() {
        return log.members();
    }

    /** The newest term that it has seen. */
    public long term() {
        return Math.max(log.term(), log.last().term());
    }

    /** The last entry of its log. */
    public Position last() {
        return log.last();
    }

    /** The last transaction in its log, committed or not. */
    public long seq() {
        return history.seq();
    }

    /** The last transaction that it is known to have taken for committed. */
    public long committedSeq() {
        return history.committedSeq();
    }

    /** Why it does not have all the data, whatever its log says; empty if it has. */
    public Optional<String> incomplete() {
        boolean witness =
                known().stream().anyMatch(member -> member.id().equals(id()) && member.kind() == NodeKind.WITNESS);
        Optional<String> engine = witness
                ? Optional.of("it is a witness, without an engine")
                : PendingRebuild.of(store).map(reason -> "its engine is to be rebuilt (" + reason + ")");
        boolean whole = log.firstIndex() <= 1 && membership.adopted() == null;
        return engine.filter(what -> !whole)
                .map(what -> what + ", and its log does not hold everything from the first transaction on");
    }

    /** What it was in the middle of. */
    Optional<RecoveryPlan> unfinished() {
        return RecoveryPlan.read(store).filter(plan -> !plan.done());
    }

    /** The first step, on all that take part: from here on none of them starts before all of it is done. */
    void note(RecoveryPlan plan) {
        plan.write(store);
    }

    /** Takes its part; can be repeated. */
    void take(RecoveryPlan plan) throws IOException {
        if (plan.chosen().equals(id())) {
            log.decideMembers(plan.term(), plan.voters());
        }
        log.moveTo(plan.successor(), plan.term());
        LocalNode.moveTo(store, plan.former(), plan.successor());
    }

    @Override
    public void close() throws IOException {
        log.close();
    }
}
