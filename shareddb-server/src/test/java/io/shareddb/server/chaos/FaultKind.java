package io.shareddb.server.chaos;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What can be done to a cluster. */
enum FaultKind {
    KILL_OPERATOR("kill -9 of a node's operator"),
    KILL_ENGINE("kill -9 of a node's engine"),
    KILL_BOTH("kill -9 of operator and engine"),
    KILL_MAJORITY("kill -9 of operators and engines of a majority, the leader's among them"),
    KILL_ALL("kill -9 of everything at once"),
    TERMINATE("SIGTERM to a node's operator"),
    DOWN("a node is killed and stays away for a while"),
    STOP_OPERATOR("SIGSTOP of a node's operator, SIGCONT later"),
    STOP_ENGINE("SIGSTOP of a node's engine, SIGCONT later"),
    STOP_BOTH("SIGSTOP of operator and engine, SIGCONT later"),
    ISOLATE("a node reaches no other one, nor they it"),
    CUT_OUT("what a node sends to the others does not arrive"),
    CUT_IN("what the others send to a node does not arrive"),
    CUT_PAIR("a node and one other do not reach each other"),
    RESET("all connections of a node to the others break"),
    SLOW("what a node sends to the others takes 100 ms to 400 ms longer"),
    ERRANT_ROW("a row is changed in a follower's engine, with a transaction of its own; then its operator is killed"),
    MISSING_ROW("rows vanish from a follower's engine without a trace in its binlog"),
    LOSE_ENGINE("the data directory of a follower's engine is gone"),
    LOSE_INDEX("the archive's indexes of a node are gone"),
    DAMAGE_ENGINE("the files of a follower's engine are cut short"),
    DAMAGE_LOG("a bit in the newest file of a node's log changes while it is down"),
    LOSE_LOG("the log of a node is gone"),
    TRANSFER("leadership is handed to another node, as somebody asks for"),
    DRAIN("a node is drained, and taken back later"),
    REMOVE("a follower is removed, loses all its files, and joins again as a new node"),
    FILL_DISK("all that is left of a node's disk is taken by somebody else, and given back later"),
    FAIL_DISK("a node's disk answers with errors to all that reads or writes it; later the node gets an empty one"),
    JUMP_CLOCK("a node's clock goes wrong by up to two days, forth or back, and right again later");

    private final String meaning;

    FaultKind(String meaning) {
        this.meaning = meaning;
    }

    String meaning() {
        return meaning;
    }

    /** As it is written in a list of faults, for example {@code kill-engine}. */
    String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether more than half of the nodes live and reach each other all the time, so that writes must go on soon. */
    boolean leavesMajority() {
        return this != KILL_MAJORITY && this != KILL_ALL;
    }

    /** Whether it can only be done to a node that follows. */
    boolean followersOnly() {
        return this == ERRANT_ROW
                || this == MISSING_ROW
                || this == LOSE_ENGINE
                || this == DAMAGE_ENGINE
                || this == REMOVE;
    }

    /** Whether each node needs a file system of its own for it. */
    boolean needsDisk() {
        return this == FILL_DISK || this == FAIL_DISK;
    }

    /** Whether what it does to two nodes at once takes more than a majority can make good. */
    boolean takesALog() {
        return this == DAMAGE_LOG || this == LOSE_LOG || this == REMOVE || this == FAIL_DISK;
    }

    /** @throws IllegalArgumentException if there is none of that name */
    static FaultKind ofId(String id) {
        return Arrays.stream(values())
                .filter(kind -> kind.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("fault: '" + id + "' (expected: one of "
                        + List.of(values()).stream().map(FaultKind::id).toList() + ")"));
    }
}
