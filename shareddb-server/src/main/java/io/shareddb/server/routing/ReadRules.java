package io.shareddb.server.routing;

import io.shareddb.server.routing.Statement.Kind;
import io.shareddb.server.routing.Statement.Target;
import java.util.List;
import java.util.Set;

/** Which statements only read, and which of those give the same answer on every engine that has the same rows. */
final class ReadRules {
    /** Where one of these stands as a word, the statement writes or locks; names like them must be quoted in SQL anyway. */
    private static final Set<String> WRITES =
            Set.of("INTO", "UPDATE", "DELETE", "LOCK", "CALL", "PROCEDURE", "NEXTVAL", "LASTVAL", "SETVAL", "CURRVAL");

    /** About the server or the session on it rather than about rows. */
    private static final Set<String> ABOUT_SERVER = Set.of(
            "PROCESSLIST",
            "PERFORMANCE_SCHEMA",
            "SYS",
            "INNODB_TRX",
            "INNODB_LOCKS",
            "INNODB_LOCK_WAITS",
            "METADATA_LOCK_INFO",
            "GLOBAL_STATUS",
            "SESSION_STATUS",
            "GLOBAL_VARIABLES",
            "SESSION_VARIABLES",
            "SYSTEM_VARIABLES",
            "USER_STATISTICS",
            "CLIENT_STATISTICS");

    private static final Set<String> LEADER_VARIABLES = Set.of(
            "IDENTITY",
            "LAST_INSERT_ID",
            "INSERT_ID",
            "LAST_GTID",
            "TX_READ_ONLY",
            "TRANSACTION_READ_ONLY",
            "IN_TRANSACTION",
            "PSEUDO_THREAD_ID",
            "RAND_SEED1",
            "RAND_SEED2");

    private static final Set<String> LAST_VARIABLES = Set.of("WARNING_COUNT", "ERROR_COUNT");

    private static final Set<String> ABOUT_LAST = Set.of("OPTIMIZER_TRACE", "PROFILING");

    private static final Set<String> SHOW_LAST = Set.of("WARNINGS", "ERRORS", "PROFILE", "PROFILES");

    private static final Set<String> SHOW_ANYWHERE = Set.of(
            "DATABASES",
            "SCHEMAS",
            "TABLES",
            "COLUMNS",
            "FIELDS",
            "INDEX",
            "INDEXES",
            "KEYS",
            "CREATE",
            "TABLE",
            "CHARACTER",
            "CHARSET",
            "COLLATION",
            "ENGINES",
            "TRIGGERS",
            "EVENTS",
            "FUNCTION",
            "PROCEDURE",
            "GRANTS",
            "PLUGINS",
            "PRIVILEGES");

    private ReadRules() {}

    /** {@code SELECT}, {@code WITH}, {@code EXPLAIN}. */
    static Statement read(List<Token> tokens) {
        Target target = Target.ANY;
        Set<Mark> leaves = SessionMarks.of(tokens);
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            Token next = i + 1 < tokens.size() ? tokens.get(i + 1) : Token.word("");
            switch (token.kind()) {
                case WORD -> {
                    if (isAboutLast(tokens, i)) {
                        target = worse(target, Target.LAST);
                    }
                    Token previous = i == 0 ? token : tokens.get(i - 1);
                    if (locks(token, previous, next)) {
                        target = Target.LEADER;
                    } else if (isWrite(token, next) || (token.isWord("INSERT") && !next.isSymbol("("))) {
                        // EXPLAIN ANALYZE DELETE, for one
                        return Statement.of(Kind.OTHER, Target.LEADER).leaving(leaves);
                    }
                    target = worse(target, ofWord(token, next, previous));
                }
                case USER_VARIABLE -> target = Target.LEADER;
                case SYSTEM_VARIABLE -> target = worse(target, ofVariable(token.text()));
                case QUOTED_NAME -> {
                    if (ABOUT_SERVER.contains(Token.word(token.text()).text())) {
                        target = Target.LEADER;
                    }
                }
                case STRING, NUMBER, SYMBOL -> {}
            }
        }
        // A function that we do not know may do anything; engines refuse it to write where it must not.
        if (callsUnknown(tokens)) {
            return Statement.of(Kind.OTHER, Target.LEADER).leaving(leaves).leaving(Mark.Reason.ROUTINE);
        }
        Statement read = Statement.of(Kind.READ, leaves.isEmpty() ? target : Target.LEADER)
                .leaving(leaves);
        return SessionMarks.released(tokens).map(read::clearing).orElse(read);
    }

    /** A table of {@code INFORMATION_SCHEMA} that shows what the session did before. */
    private static boolean isAboutLast(List<Token> tokens, int at) {
        return at > 1
                && ABOUT_LAST.contains(tokens.get(at).text())
                && tokens.get(at - 1).isSymbol(".")
                && tokens.get(at - 2).isWord("INFORMATION_SCHEMA");
    }

    /** {@code FOR UPDATE}, {@code FOR SHARE}, {@code LOCK IN SHARE MODE}: changes nothing, but others must wait for it. */
    private static boolean locks(Token token, Token previous, Token next) {
        return (previous.isWord("FOR") && (token.isWord("UPDATE") || token.isWord("SHARE")))
                || (token.isWord("LOCK") && next.isWord("IN"));
    }

    private static boolean isWrite(Token token, Token next) {
        boolean sequence = (token.isWord("NEXT") || token.isWord("PREVIOUS")) && next.isWord("VALUE");
        return sequence || WRITES.contains(token.text());
    }

    private static Target ofWord(Token token, Token next, Token previous) {
        if (previous.isWord("FOR") && token.isWord("CONNECTION")) {
            return Target.LEADER; // EXPLAIN FOR CONNECTION: what that one executes
        }
        if (ABOUT_SERVER.contains(token.text()) && !previous.isWord("AS")) {
            return Target.LEADER;
        }
        if (!next.isSymbol("(")) {
            return Target.ANY;
        }
        return switch (token.text()) {
            case "FOUND_ROWS", "ROW_COUNT" -> Target.LAST;
            case "GET_LOCK", "RELEASE_LOCK", "RELEASE_ALL_LOCKS", "IS_FREE_LOCK", "IS_USED_LOCK" -> Target.LEADER;
            case "LAST_INSERT_ID",
                    "CONNECTION_ID",
                    "MASTER_GTID_WAIT",
                    "MASTER_POS_WAIT",
                    "WAIT_FOR_EXECUTED_GTID_SET",
                    "UUID_SHORT" -> Target.LEADER;
            default -> Target.ANY;
        };
    }

    private static Target ofVariable(String name) {
        if (name.startsWith("GLOBAL.") || LEADER_VARIABLES.contains(name) || name.contains("GTID")) {
            return Target.LEADER;
        }
        return LAST_VARIABLES.contains(name) ? Target.LAST : Target.ANY;
    }

    static Target worse(Target one, Target other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    /** {@code SHOW …}. */
    static Statement show(List<Token> tokens) {
        int at = 1;
        while (at < tokens.size()
                && (tokens.get(at).isWord("FULL")
                        || tokens.get(at).isWord("EXTENDED")
                        || tokens.get(at).isWord("SESSION"))) {
            at++;
        }
        String what = at < tokens.size() ? tokens.get(at).text() : "";
        boolean count = what.equals("COUNT"); // SHOW COUNT(*) WARNINGS
        if (SHOW_LAST.contains(what) || count) {
            return Statement.of(Kind.READ, Target.LAST);
        }
        Target target = SHOW_ANYWHERE.contains(what) ? Target.ANY : Target.LEADER;
        boolean variables = tokens.stream().anyMatch(token -> token.kind() == Token.Kind.USER_VARIABLE);
        return Statement.of(Kind.READ, variables ? Target.LEADER : target);
    }

    /** Whether a function is called that may do more than compute. */
    static boolean callsUnknown(List<Token> tokens) {
        for (int i = 0; i + 1 < tokens.size(); i++) {
            if (!tokens.get(i + 1).isSymbol("(") || !tokens.get(i).isName()) {
                continue;
            }
            boolean qualified = i > 0 && tokens.get(i - 1).isSymbol(".");
            boolean quoted = tokens.get(i).kind() == Token.Kind.QUOTED_NAME;
            boolean names = namesColumns(tokens, i);
            if (!names
                    && (qualified
                            || quoted
                            || !KnownFunctions.contains(tokens.get(i).text()))) {
                return true;
            }
        }
        return false;
    }

    /** {@code WITH name (columns) AS}, {@code AS name (columns)}, {@code USE INDEX (…)}: names, not calls. */
    private static boolean namesColumns(List<Token> tokens, int at) {
        return at > 0
                && (tokens.get(at - 1).isWord("AS")
                        || tokens.get(at - 1).isWord("WITH")
                        || tokens.get(at - 1).isWord("RECURSIVE"));
    }
}
