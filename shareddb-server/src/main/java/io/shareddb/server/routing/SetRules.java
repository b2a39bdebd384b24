package io.shareddb.server.routing;

import io.shareddb.server.routing.Statement.Kind;
import io.shareddb.server.routing.Statement.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Which {@code SET} statements can be repeated on another connection with the same effect. */
final class SetRules {
    /** Not settings of a session but orders to it, or tied to the one engine session. */
    private static final Set<String> NOT_REPEATABLE = Set.of(
            "GLOBAL",
            "PERSIST",
            "PERSIST_ONLY",
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

    /** About transactions: for the leader's connection alone, as the local one stays read-only. */
    private static final Set<String> LEADER_ONLY =
            Set.of("AUTOCOMMIT", "TX_READ_ONLY", "TRANSACTION_READ_ONLY", "SQL_LOG_BIN");

    private SetRules() {}

    static Statement set(List<Token> tokens) {
        List<Token> rest = tokens.subList(1, tokens.size());
        boolean session = !rest.isEmpty() && isScope(rest.get(0));
        if (session && rest.size() > 1 && rest.get(1).isWord("TRANSACTION")) {
            boolean access = rest.stream().anyMatch(token -> token.isWord("READ") || token.isWord("WRITE"))
                    && rest.stream().anyMatch(token -> token.isWord("ONLY") || token.isWord("WRITE"));
            return new Statement(Kind.SET, access ? Target.LEADER : Target.ANY, false, access ? "TX ACCESS" : "TX");
        }
        if (rest.isEmpty() || rest.get(0).isWord("TRANSACTION")) {
            return new Statement(Kind.OTHER, Target.LEADER, true, ""); // for the next transaction only
        }
        if (rest.get(0).isWord("NAMES")
                || rest.get(0).isWord("CHARSET")
                || (rest.get(0).isWord("CHARACTER") && rest.size() > 1)) {
            return new Statement(Kind.SET, Target.ANY, false, "NAMES");
        }
        return assignments(rest);
    }

    private static boolean isScope(Token token) {
        return token.isWord("SESSION") || token.isWord("LOCAL");
    }

    private static Statement assignments(List<Token> tokens) {
        List<String> names = new ArrayList<>(2);
        Target target = Target.ANY;
        int at = 0;
        while (at < tokens.size()) {
            if (isScope(tokens.get(at))) {
                at++;
            }
            if (at + 2 >= tokens.size()) {
                return Statement.UNKNOWN;
            }
            Token name = tokens.get(at);
            String variable = name.text().toUpperCase(Locale.ROOT);
            boolean assigned =
                    tokens.get(at + 1).isSymbol("=") || tokens.get(at + 1).isSymbol(":=");
            boolean known = name.isName() || name.kind() == Token.Kind.SYSTEM_VARIABLE;
            if (!assigned || !known || NOT_REPEATABLE.contains(variable) || variable.startsWith("GLOBAL.")) {
                return Statement.UNKNOWN;
            }
            at += 2;
            at += tokens.get(at).isSymbol("-") || tokens.get(at).isSymbol("+") ? 1 : 0;
            if (at == tokens.size() || !isConstant(tokens.get(at))) {
                return Statement.UNKNOWN;
            }
            if (LEADER_ONLY.contains(variable) && !(variable.equals("AUTOCOMMIT") && isOn(tokens.get(at)))) {
                target = Target.LEADER;
            }
            names.add(variable);
            at++;
            while (at < tokens.size() && isNumberTail(tokens.get(at))) {
                at++;
            }
            if (at < tokens.size() && !tokens.get(at++).isSymbol(",")) {
                return Statement.UNKNOWN;
            }
        }
        return new Statement(Kind.SET, target, false, String.join(",", names));
    }

    /** Drivers switch autocommit on after each login: it is on everywhere unless the leader's connection is tied already. */
    private static boolean isOn(Token value) {
        return value.text().equals("1") || value.isWord("ON") || value.isWord("TRUE");
    }

    private static boolean isConstant(Token token) {
        return switch (token.kind()) {
            case WORD, STRING, NUMBER, QUOTED_NAME -> true;
            case USER_VARIABLE, SYSTEM_VARIABLE, SYMBOL -> false;
        };
    }

    /** What follows the point in {@code 0.5}. */
    private static boolean isNumberTail(Token token) {
        return token.isSymbol(".") || token.kind() == Token.Kind.NUMBER;
    }
}
