package io.shareddb.server.routing;

import io.shareddb.server.routing.Statement.Kind;
import io.shareddb.server.routing.Statement.Target;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Which {@code SET} statements can be repeated on another connection with the same effect. */
final class SetRules {
    /** Not settings of a session but orders to it, or tied to the one engine session. */
    private static final Set<String> NOT_REPEATABLE = Set.of(
            "PASSWORD",
            "DEFAULT",
            "ROLE",
            "STATEMENT",
            "RESOURCE",
            "INSERT_ID",
            "LAST_INSERT_ID",
            "IDENTITY",
            "PSEUDO_THREAD_ID",
            "TIMESTAMP",
            "RAND_SEED1",
            "RAND_SEED2",
            "PROFILING");

    private static final Set<String> GLOBAL = Set.of("GLOBAL", "PERSIST", "PERSIST_ONLY");

    /** After {@code @@} without a scope they are for the next transaction only. */
    private static final Set<String> OF_NEXT_TRANSACTION =
            Set.of("TRANSACTION_ISOLATION", "TX_ISOLATION", "TRANSACTION_READ_ONLY", "TX_READ_ONLY");

    /** About transactions: for the leader's connection alone, as the local one stays read-only. */
    private static final Set<String> LEADER_ONLY =
            Set.of("AUTOCOMMIT", "TX_READ_ONLY", "TRANSACTION_READ_ONLY", "SQL_LOG_BIN");

    /** What the engine reports is the proxy's business too, so that the engine is asked what became of these. */
    private static final String TRACKERS = "SESSION_TRACK_";

    private SetRules() {}

    /** Of more than the session, {@code word} being in upper case. */
    static boolean isGlobalScope(String word) {
        return GLOBAL.contains(word);
    }

    private static boolean isGlobal(String variable) {
        int point = variable.indexOf('.');
        return point > 0 && isGlobalScope(variable.substring(0, point));
    }

    static Statement set(List<Token> tokens) {
        List<Token> rest = tokens.subList(1, tokens.size());
        boolean session = !rest.isEmpty() && isScope(rest.get(0));
        if (session && rest.size() > 1 && rest.get(1).isWord("TRANSACTION")) {
            boolean access = rest.stream().anyMatch(token -> token.isWord("READ") || token.isWord("WRITE"))
                    && rest.stream().anyMatch(token -> token.isWord("ONLY") || token.isWord("WRITE"));
            return Statement.of(Kind.SET, access ? Target.LEADER : Target.ANY).about(access ? "TX ACCESS" : "TX");
        }
        if (rest.isEmpty() || rest.get(0).isWord("TRANSACTION")) {
            return Statement.of(Kind.OTHER, Target.LEADER).leaving(Mark.Reason.NEXT_TRANSACTION);
        }
        return assignments(rest);
    }

    /** Whether {@code NAMES} or {@code CHARACTER SET}, with what follows, stands at {@code at}. */
    private static boolean isNames(List<Token> tokens, int at) {
        if (at + 1 >= tokens.size() || tokens.get(at + 1).isSymbol("=")) {
            return false;
        }
        return tokens.get(at).isWord("NAMES")
                || tokens.get(at).isWord("CHARSET")
                || (tokens.get(at).isWord("CHARACTER") && tokens.get(at + 1).isWord("SET"))
                || (tokens.get(at).isWord("CHAR") && tokens.get(at + 1).isWord("SET"));
    }

    private static boolean isScope(Token token) {
        return token.isWord("SESSION") || token.isWord("LOCAL");
    }

    private static Statement assignments(List<Token> tokens) {
        List<String> names = new ArrayList<>(2);
        Set<Mark> leaves = new HashSet<>(SessionMarks.of(tokens));
        Target target = Target.ANY;
        boolean computed = ReadRules.callsUnknown(tokens);
        boolean others = false; // than settings of the session
        int at = 0;
        while (at < tokens.size()) {
            if (isNames(tokens, at)) {
                names.add("NAMES");
                at = endOfValue(tokens, at) + 1;
                continue;
            }
            boolean global =
                    isGlobalScope(tokens.get(at).text()) && tokens.get(at).kind() == Token.Kind.WORD;
            if (global || isScope(tokens.get(at))) {
                at++;
            }
            if (at + 2 >= tokens.size()) {
                return Statement.UNKNOWN;
            }
            Token name = tokens.get(at);
            boolean assigned =
                    tokens.get(at + 1).isSymbol("=") || tokens.get(at + 1).isSymbol(":=");
            boolean user = name.kind() == Token.Kind.USER_VARIABLE;
            if (!assigned || !(user || name.isName() || name.kind() == Token.Kind.SYSTEM_VARIABLE)) {
                return Statement.UNKNOWN;
            }
            String variable = name.text().toUpperCase(Locale.ROOT);
            List<Token> value = tokens.subList(at + 2, endOfValue(tokens, at + 2));
            at += 3 + value.size();
            if (value.isEmpty()) {
                return Statement.UNKNOWN;
            } else if (user) {
                leaves.add(Mark.of(Mark.Reason.USER_VARIABLE));
            } else if (NOT_REPEATABLE.contains(variable)) {
                leaves.add(Mark.of(Mark.Reason.SETTING));
            } else if (name.kind() == Token.Kind.SYSTEM_VARIABLE
                    && !name.scoped()
                    && OF_NEXT_TRANSACTION.contains(variable)) {
                leaves.add(Mark.of(Mark.Reason.NEXT_TRANSACTION));
            } else if (global || isGlobal(variable)) {
                others = true;
            } else {
                names.add(variable);
                computed |= !isConstant(value) || variable.startsWith(TRACKERS);
                boolean on = variable.equals("AUTOCOMMIT") && value.size() == 1 && isOn(value.get(0));
                target = LEADER_ONLY.contains(variable) && !on ? Target.LEADER : target;
            }
        }
        String detail = String.join(",", names);
        if (others || !leaves.isEmpty()) {
            return Statement.of(Kind.OTHER, Target.LEADER).leaving(leaves).about(detail);
        }
        if (computed) {
            return Statement.of(Kind.OTHER, ReadRules.worse(target, targetOfValues(tokens)))
                    .about(detail);
        }
        return Statement.of(Kind.SET, target).about(detail);
    }

    /** Where all that the values are computed from is the same. */
    private static Target targetOfValues(List<Token> tokens) {
        Statement read = ReadRules.read(tokens);
        return read.kind() == Kind.READ ? read.target() : Target.LEADER;
    }

    /** Where the comma behind the value is, or the end. */
    private static int endOfValue(List<Token> tokens, int start) {
        int depth = 0;
        for (int i = start; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            depth += token.isSymbol("(") ? 1 : token.isSymbol(")") ? -1 : 0;
            if (depth == 0 && token.isSymbol(",")) {
                return i;
            }
        }
        return tokens.size();
    }

    /** Drivers switch autocommit on after each login: it is on everywhere unless the leader's connection is tied already. */
    private static boolean isOn(Token value) {
        return value.text().equals("1") || value.isWord("ON") || value.isWord("TRUE");
    }

    /** A word, a text or a number, perhaps with a sign. */
    private static boolean isConstant(List<Token> value) {
        int first = value.get(0).isSymbol("-") || value.get(0).isSymbol("+") ? 1 : 0;
        if (first == value.size()) {
            return false;
        }
        boolean number = value.get(first).kind() == Token.Kind.NUMBER;
        boolean one =
                switch (value.get(first).kind()) {
                    case WORD, STRING, NUMBER, QUOTED_NAME -> true;
                    case USER_VARIABLE, SYSTEM_VARIABLE, SYMBOL -> false;
                };
        List<Token> tail = value.subList(first + 1, value.size()); // of 0.5
        return one && (tail.isEmpty() || (number && tail.stream().allMatch(SetRules::isNumberTail)));
    }

    /** What follows the point in {@code 0.5}. */
    private static boolean isNumberTail(Token token) {
        return token.isSymbol(".") || token.kind() == Token.Kind.NUMBER;
    }
}
