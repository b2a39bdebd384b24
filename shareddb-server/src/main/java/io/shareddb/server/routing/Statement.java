package io.shareddb.server.routing;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What one text from a client, often one statement, means for its session. Immutable.
 *
 * @param kind what it does
 * @param target where it may run while no transaction is open
 * @param leaves what it may leave in its engine session that cannot be made again elsewhere
 * @param clears what is gone from there once it has succeeded
 * @param detail names of the variables that it sets, in order; else empty
 */
public record Statement(Kind kind, Target target, Set<Mark> leaves, Set<Mark> clears, String detail) {
    /** What a statement does. */
    public enum Kind {
        /** Returns rows, changes nothing, commits nothing. */
        READ,
        /** {@code INSERT}, {@code UPDATE}, {@code DELETE}, {@code REPLACE}: commits only outside a transaction. */
        CHANGE,
        /** {@code LOAD DATA}: as {@link #CHANGE}, but its answer does not tell what {@code LAST_INSERT_ID()} is now. */
        LOAD,
        /** Opens a transaction, and commits the one that was open. */
        BEGIN,
        COMMIT,
        ROLLBACK,
        /** Savepoints: commit nothing. */
        SAVEPOINT,
        /** Sets session variables to constants, so it can be repeated on another connection with the same effect. */
        SET,
        /** Chooses the default database. */
        USE,
        /** {@code KILL}; {@link KillStatement} knows more. */
        KILL,
        /** Frees room or changes no data: {@code DROP}, {@code TRUNCATE}, {@code UNLOCK}, some {@code SET}; may commit at any time. */
        UPKEEP,
        /** Anything else; may commit at any time. */
        OTHER
    }

    /** Where a statement may run while no transaction is open. */
    public enum Target {
        /** Any engine that has applied what the session wrote. */
        ANY,
        /** Where the statement before it ran, because it asks about that. */
        LAST,
        /** The leader's engine. */
        LEADER
    }

    /** What is known of a text that nobody understood. */
    public static final Statement UNKNOWN = of(Kind.OTHER, Target.LEADER).leaving(Mark.Reason.UNKNOWN_STATEMENT);

    public Statement {
        leaves = Set.copyOf(leaves);
        clears = Set.copyOf(clears);
    }

    /** One that leaves nothing behind. */
    public static Statement of(Kind kind, Target target) {
        return new Statement(kind, target, Set.of(), Set.of(), "");
    }

    /** The same, but it may leave this too. */
    public Statement leaving(Mark.Reason reason) {
        return leaving(Set.of(Mark.of(reason)));
    }

    Statement leaving(Set<Mark> more) {
        if (more.isEmpty()) {
            return this;
        }
        Set<Mark> all = new HashSet<>(leaves);
        all.addAll(more);
        return new Statement(kind, target, all, clears, detail);
    }

    /** The same, known to need no room. */
    Statement asUpkeep() {
        return new Statement(Kind.UPKEEP, target, leaves, clears, detail);
    }

    /** The same, but when it has succeeded this is gone. */
    public Statement clearing(Mark mark) {
        return new Statement(kind, target, leaves, Set.of(mark), detail);
    }

    Statement about(String newDetail) {
        return new Statement(kind, target, leaves, clears, newDetail);
    }

    /** It may tie the session to the connection that executes it. */
    public boolean pins() {
        return !leaves.isEmpty();
    }

    /** It sets variables to what only the engine knows. */
    public boolean computes() {
        return kind == Kind.OTHER && !detail.isEmpty();
    }

    /** It changes rows, and may fire triggers. */
    public boolean changesRows() {
        return kind == Kind.CHANGE || kind == Kind.LOAD;
    }

    /** It calls a procedure, or functions that are not known. */
    public boolean callsRoutine() {
        return leaves.stream().anyMatch(mark -> mark.reason() == Mark.Reason.ROUTINE);
    }

    /** Whether it may need room on the disk. */
    public boolean grows() {
        return changesRows() || (kind == Kind.OTHER && !computes());
    }

    /** Variables that it sets, in lower case; {@code names} and {@code tx} stand for those that have a syntax of their own. */
    public List<String> settings() {
        return detail.isEmpty()
                ? List.of()
                : List.of(detail.toLowerCase(Locale.ROOT).split(",", -1));
    }

    /**
     * Whether the engine may commit something while it executes this; if not, a lost connection means "rolled back".
     *
     * @param inTransaction a transaction was open before it
     */
    public boolean mayCommit(boolean inTransaction) {
        return switch (kind) {
            case READ, ROLLBACK, SAVEPOINT, USE, KILL -> false;
            case CHANGE, LOAD -> !inTransaction;
            case BEGIN, SET -> inTransaction;
            case COMMIT, UPKEEP, OTHER -> true;
        };
    }
}
