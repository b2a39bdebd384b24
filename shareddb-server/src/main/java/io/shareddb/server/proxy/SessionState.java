package io.shareddb.server.proxy;

import io.shareddb.protocol.capability.ServerStatus;
import io.shareddb.protocol.capability.StatusFlag;
import io.shareddb.server.routing.Consistency;
import io.shareddb.server.routing.Mark;
import io.shareddb.server.routing.Mark.Reason;
import io.shareddb.server.routing.Statement;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What the proxy remembers of a session between two commands. Event loop only. */
final class SessionState {
    private final SessionJournal journal = new SessionJournal();
    private final PreparedStatements prepared = new PreparedStatements();
    private final TrackedChanges tracked = new TrackedChanges();
    private ServerStatus writerStatus = ServerStatus.AUTOCOMMIT;
    private ServerStatus lastStatus = ServerStatus.AUTOCOMMIT;
    private final Map<Mark, Integer> marks = new HashMap<>(0);
    private final Set<Mark> fresh = new HashSet<>(0);
    private boolean unseen;
    private boolean settingUnseen;
    private boolean diagnosed;
    private boolean insertIdUnknown;
    private boolean insertIdLost;
    private boolean transactionLost;
    private boolean stateLost;
    private @Nullable Consistency consistency;
    private long minSeq;
    private long appliedSeq;
    private @Nullable String lastGtid;
    private @Nullable String appliedGtid;
    private @Nullable Link lastLink;

    SessionJournal journal() {
        return journal;
    }

    void answered(Link link, ServerStatus status) {
        lastStatus = status.ofSession();
        if (link == Link.WRITER) {
            writerStatus = lastStatus;
        }
    }

    ServerStatus lastStatus() {
        return lastStatus;
    }

    /** A transaction is open at the leader. */
    boolean inTransaction() {
        return writerStatus.has(StatusFlag.IN_TRANSACTION);
    }

    void transactionEnded() {
        writerStatus = writerStatus.without(StatusFlag.IN_TRANSACTION);
        lastStatus = lastStatus.without(StatusFlag.IN_TRANSACTION);
    }

    /** Every statement has to go to the leader's connection. */
    boolean tied() {
        return !marks.isEmpty() || journal.isLong() || inTransaction() || !writerStatus.has(StatusFlag.AUTOCOMMIT);
    }

    /** The leader's connection cannot be replaced by another one. */
    boolean irreplaceable() {
        return !marks.isEmpty() || journal.overflowed();
    }

    /**
     * The engines' connections hold nothing that this session would miss, but for its {@link #insertIdUnknown insert id}.
     * Stored procedures and functions may leave what nobody can see.
     */
    boolean mayRest() {
        return leavesNothing() && !settingUnseen && !prepared.hasLongDataAtEngine();
    }

    /** Once it has ended, its connections are as good as new when they are reset, and hold nobody up until then. */
    boolean leavesNothing() {
        return !tied() && !unseen;
    }

    /** It may have left something at the engine that nobody can see. */
    void leavesUnseen() {
        unseen = true;
    }

    /** A setting was made at the engine that its client's own proxy thinks is there. */
    void leavesUnseenSetting() {
        settingUnseen = true;
    }

    /** The last statement left an error or warnings to ask for. */
    boolean diagnosed() {
        return diagnosed;
    }

    void diagnosed(boolean now) {
        diagnosed = now;
    }

    /** The connection to the leader has a {@code LAST_INSERT_ID()} that is nowhere else. */
    boolean insertIdUnknown() {
        return insertIdUnknown;
    }

    /** The engine has made one: it may, but need not, be what {@code LAST_INSERT_ID()} is now. */
    void insertIdMade() {
        insertIdUnknown = true;
        insertIdLost = false;
    }

    /** The engine may have made one and does not say so. */
    void insertIdMayBeMade() {
        insertIdUnknown = true;
    }

    /** The engine says what it is. */
    void insertIdKnown(String id) {
        insertIdUnknown = false;
        journal.insertId(id);
    }

    /** It went with a connection, and no other was made since. */
    boolean insertIdLost() {
        return insertIdLost;
    }

    /** What ties the session to the leader now, for people; empty for nothing. */
    String tiedBy() {
        Set<String> reasons = new TreeSet<>();
        marks.keySet().forEach(mark -> reasons.add(mark.reason().label()));
        if (journal.isLong()) {
            reasons.add("many_settings");
        }
        if (inTransaction()) {
            reasons.add("transaction");
        }
        if (!writerStatus.has(StatusFlag.AUTOCOMMIT)) {
            reasons.add("autocommit_off");
        }
        return String.join(",", reasons);
    }

    /** Executing {@code statement} begins: it leaves its marks even if it fails half-way. */
    void mark(Statement statement, ProxyMetrics metrics) {
        fresh.clear();
        for (Mark mark : statement.leaves()) {
            if (mark.reason() == Reason.ROUTINE) {
                unseen = true;
            } else {
                mark(mark, metrics);
            }
        }
    }

    private void mark(Mark mark, ProxyMetrics metrics) {
        if (marks.isEmpty()) {
            metrics.tied(mark.reason());
        }
        int before = marks.getOrDefault(qualified(mark), 0);
        marks.put(qualified(mark), mark.reason() == Reason.NAMED_LOCK ? before + 1 : 1);
        if (before == 0) {
            fresh.add(qualified(mark));
        }
    }

    /** The engine could not make sense of the statement that was marked last, so nothing of it was executed. */
    void unmark() {
        marks.keySet().removeAll(fresh);
    }

    /** {@code statement} has succeeded. */
    void clear(Statement statement) {
        for (Mark cleared : statement.clears()) {
            Mark one = qualified(cleared);
            if (marks.getOrDefault(one, 0) > 1) {
                marks.merge(one, -1, Integer::sum);
            } else {
                marks.keySet().removeIf(one::clears);
            }
        }
    }

    /** The same name means another table after another {@code USE}. */
    private Mark qualified(Mark mark) {
        boolean plain = mark.reason() == Reason.TEMPORARY_TABLE && mark.name().indexOf('.') < 0;
        return plain ? new Mark(mark.reason(), journal.database().toUpperCase(Locale.ROOT) + "." + mark.name()) : mark;
    }

    /** A setting of the session cannot be made on another connection. */
    void cannotRepeatSetting(ProxyMetrics metrics) {
        mark(Mark.of(Reason.SETTING), metrics);
    }

    /** A routine changed something that cannot be made on another connection. */
    void changedByRoutine(ProxyMetrics metrics) {
        mark(Mark.of(Reason.ROUTINE), metrics);
    }

    /** What the client wants to hear of its session's changes. */
    TrackedChanges tracked() {
        return tracked;
    }

    /**
     * What an engine said that a command changed in its session.
     *
     * @param variables values by name in lower case
     * @param stateChanged something else changed as well, or one of them
     * @param explained that something need not have been done by what was executed
     */
    record Reported(Map<String, String> variables, boolean stateChanged, boolean explained) {
        static final Reported NOTHING = new Reported(Map.of(), false, false);
    }

    PreparedStatements prepared() {
        return prepared;
    }

    /** The session is over, or starts over. */
    void discard() {
        prepared.clear();
    }

    /** The leader's connection is gone while no command was under way on it. */
    void writerLost() {
        transactionLost |= inTransaction();
        stateLost |= irreplaceable();
        if (insertIdUnknown) {
            insertIdUnknown = false;
            insertIdLost = true;
            journal.forgetInsertId();
        }
        transactionEnded();
    }

    /** A setting was on a connection alone, and that is gone. */
    void settingLost() {
        stateLost = true;
    }

    boolean transactionLost() {
        return transactionLost;
    }

    void transactionLossReported() {
        transactionLost = false;
    }

    boolean stateLost() {
        return stateLost;
    }

    /** Of reads, where the session has set it. */
    Optional<Consistency> consistency() {
        return Optional.ofNullable(consistency);
    }

    void consistency(@Nullable Consistency wanted) {
        consistency = wanted;
    }

    /** What the session has written, read at the leader, or was told to see at least. */
    long minSeq() {
        return minSeq;
    }

    void seen(long seq) {
        minSeq = Math.max(minSeq, seq);
    }

    /** What the local engine is known to have applied. */
    long appliedSeq() {
        return appliedSeq;
    }

    void appliedSeq(long seq) {
        appliedSeq = Math.max(appliedSeq, seq);
    }

    /** A connection to this node's engine, which may have been filled anew meanwhile: nothing is known of what it has applied. */
    void readerOpened() {
        appliedSeq = 0;
        appliedGtid = null;
    }

    void committed(String gtid) {
        lastGtid = gtid;
    }

    /** The last write that the local engine must have applied before it serves a read; null if it has. */
    @Nullable
    String awaitedGtid() {
        return lastGtid != null && lastGtid.equals(appliedGtid) ? null : lastGtid;
    }

    /** The leader has said which seq the last commit is in. */
    void committedIn(long seq) {
        lastGtid = null;
        seen(seq);
    }

    void applied(String gtid) {
        appliedGtid = gtid;
    }

    @Nullable
    Link lastLink() {
        return lastLink;
    }

    void lastLink(Link link) {
        lastLink = link;
    }
}
