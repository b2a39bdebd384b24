package io.shareddb.server.routing;

import io.shareddb.server.routing.Statement.Kind;
import io.shareddb.server.routing.Statement.Target;
import java.util.ArrayList;
import java.util.List;

/** Reads a statement's text far enough to know what it means for its session. Stateless, thread-safe. */
public final class StatementClassifier {
    private StatementClassifier() {}

    /**
     * Looks at one statement or several separated by semicolons; several together are never more than the leader's.
     *
     * @param sql as the client sent it, UTF-8 read as Latin-1 or decoded
     */
    public static Statement classify(CharSequence sql) {
        Tokenizer.Tokens tokens = Tokenizer.tokenize(sql);
        List<List<Token>> statements = split(tokens.list());
        if (statements.isEmpty()) {
            return new Statement(Kind.READ, Target.ANY, false, ""); // the engine says what it thinks of nothing
        }
        if (statements.size() > 1) {
            boolean pins = statements.stream().map(StatementClassifier::one).anyMatch(Statement::pins);
            return new Statement(Kind.OTHER, Target.LEADER, pins, "");
        }
        Statement statement = one(statements.get(0));
        if (tokens.executableComments() && statement.kind() != Kind.OTHER) {
            return new Statement(Kind.OTHER, Target.LEADER, statement.pins() || statement.kind() == Kind.SET, "");
        }
        return statement;
    }

    private static List<List<Token>> split(List<Token> tokens) {
        List<List<Token>> statements = new ArrayList<>(1);
        int start = 0;
        for (int i = 0; i <= tokens.size(); i++) {
            if (i == tokens.size() || tokens.get(i).isSymbol(";")) {
                if (i > start) {
                    statements.add(tokens.subList(start, i));
                }
                start = i + 1;
            }
        }
        return statements;
    }

    private static Statement one(List<Token> tokens) {
        int first = 0;
        while (first < tokens.size() && tokens.get(first).isSymbol("(")) {
            first++; // (SELECT …) UNION (SELECT …)
        }
        if (first == tokens.size() || tokens.get(first).kind() != Token.Kind.WORD) {
            return Statement.UNKNOWN;
        }
        Token second = first + 1 < tokens.size() ? tokens.get(first + 1) : Token.word("");
        return switch (tokens.get(first).text()) {
            case "SELECT", "WITH", "EXPLAIN", "DESCRIBE", "DESC" -> ReadRules.read(tokens);
            case "SHOW" -> ReadRules.show(tokens);
            case "INSERT", "UPDATE", "DELETE", "REPLACE" -> leader(Kind.CHANGE, ReadRules.leavesState(tokens));
            case "LOAD" -> leader(second.isWord("DATA") ? Kind.CHANGE : Kind.OTHER, ReadRules.leavesState(tokens));
            case "BEGIN" -> leader(second.isWord("NOT") ? Kind.OTHER : Kind.BEGIN, second.isWord("NOT"));
            case "START" -> leader(second.isWord("TRANSACTION") ? Kind.BEGIN : Kind.OTHER, false);
            case "COMMIT" -> leader(Kind.COMMIT, false);
            case "ROLLBACK" -> rollback(tokens);
            case "SAVEPOINT" -> leader(Kind.SAVEPOINT, false);
            case "RELEASE" -> leader(second.isWord("SAVEPOINT") ? Kind.SAVEPOINT : Kind.OTHER, false);
            case "SET" -> SetRules.set(tokens);
            case "USE" -> use(tokens, second);
            case "KILL" -> leader(Kind.KILL, false);
            case "CREATE", "ALTER", "DROP", "TRUNCATE", "RENAME", "GRANT", "REVOKE", "ANALYZE", "OPTIMIZE", "REPAIR" ->
                leader(Kind.OTHER, createsTemporary(tokens) || ReadRules.leavesState(tokens));
            default -> Statement.UNKNOWN;
        };
    }

    private static Statement rollback(List<Token> tokens) {
        if (tokens.stream().anyMatch(token -> token.isWord("TO"))) {
            return leader(Kind.SAVEPOINT, false);
        }
        return leader(tokens.size() > 2 ? Kind.OTHER : Kind.ROLLBACK, false);
    }

    private static boolean createsTemporary(List<Token> tokens) {
        return tokens.stream().limit(4).anyMatch(token -> token.isWord("TEMPORARY"));
    }

    private static Statement leader(Kind kind, boolean pins) {
        return new Statement(kind, Target.LEADER, pins, "");
    }

    private static Statement use(List<Token> tokens, Token name) {
        boolean plain = tokens.size() == 2 && name.isName();
        return plain ? new Statement(Kind.USE, Target.ANY, false, "") : Statement.UNKNOWN;
    }
}
