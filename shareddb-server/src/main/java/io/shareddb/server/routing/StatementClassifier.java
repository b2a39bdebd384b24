package io.shareddb.server.routing;

import io.shareddb.server.routing.Statement.Kind;
import io.shareddb.server.routing.Statement.Target;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Reads a statement's text far enough to know what it means for its session. Stateless, thread-safe. */
public final class StatementClassifier {
    private static final Set<String> BODIES = Set.of("PROCEDURE", "FUNCTION", "TRIGGER", "EVENT", "PACKAGE");

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
            return Statement.of(Kind.READ, Target.ANY); // the engine says what it thinks of nothing
        }
        if (statements.size() > 1 && definesRoutine(statements.get(0))) {
            return Statement.of(Kind.OTHER, Target.LEADER).leaving(SessionMarks.of(tokens.list()));
        }
        if (statements.size() > 1) {
            return together(statements.stream().map(StatementClassifier::one).toList());
        }
        Statement statement = one(statements.get(0));
        if (tokens.executableComments() && statement.kind() != Kind.OTHER) {
            return Statement.of(Kind.OTHER, Target.LEADER)
                    .leaving(statement.leaves())
                    .about(statement.detail());
        }
        return statement;
    }

    /** Several in one text: what they set is asked of the engine afterwards, as not all of them may be executed. */
    private static Statement together(List<Statement> statements) {
        Statement all = Statement.of(Kind.OTHER, Target.LEADER);
        Set<String> settings = new LinkedHashSet<>();
        for (Statement statement : statements) {
            all = all.leaving(statement.leaves());
            if (!statement.detail().isEmpty()) {
                settings.add(statement.detail());
            }
        }
        return all.about(String.join(",", settings));
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
            case "INSERT", "UPDATE", "DELETE", "REPLACE" -> leader(Kind.CHANGE, tokens);
            case "LOAD" -> load(tokens, second);
            case "DO" -> ReadRules.read(tokens);
            case "BEGIN" -> second.isWord("NOT") ? Statement.UNKNOWN : Statement.of(Kind.BEGIN, Target.LEADER);
            case "START" -> Statement.of(second.isWord("TRANSACTION") ? Kind.BEGIN : Kind.OTHER, Target.LEADER);
            case "COMMIT" -> ended(Statement.of(Kind.COMMIT, Target.LEADER));
            case "ROLLBACK" -> rollback(tokens);
            case "SAVEPOINT" -> Statement.of(Kind.SAVEPOINT, Target.LEADER);
            case "RELEASE" -> Statement.of(second.isWord("SAVEPOINT") ? Kind.SAVEPOINT : Kind.OTHER, Target.LEADER);
            case "SET" -> set(tokens, second);
            case "USE" -> use(tokens, second);
            case "KILL" -> Statement.of(Kind.KILL, Target.LEADER);
            case "DROP", "TRUNCATE", "CHECKSUM", "LOCK", "UNLOCK", "FLUSH", "PREPARE", "DEALLOCATE" ->
                StateRules.other(tokens).asUpkeep();
            case "CREATE",
                    "ALTER",
                    "RENAME",
                    "GRANT",
                    "REVOKE",
                    "ANALYZE",
                    "OPTIMIZE",
                    "REPAIR",
                    "CHECK",
                    "EXECUTE",
                    "CALL" -> StateRules.other(tokens);
            default -> Statement.UNKNOWN;
        };
    }

    /** Its body has semicolons of its own. */
    private static boolean definesRoutine(List<Token> statement) {
        return statement.get(0).isWord("CREATE")
                && statement.stream()
                        .anyMatch(token -> token.kind() == Token.Kind.WORD && BODIES.contains(token.text()));
    }

    private static Statement set(List<Token> tokens, Token second) {
        Statement set = SetRules.set(tokens);
        boolean anything = second.isWord("STATEMENT"); // SET STATEMENT … FOR INSERT …
        return set.kind() == Kind.OTHER && !set.computes() && !anything ? set.asUpkeep() : set;
    }

    private static Statement load(List<Token> tokens, Token second) {
        boolean variables = tokens.stream().anyMatch(token -> token.kind() == Token.Kind.USER_VARIABLE);
        Statement load = leader(second.isWord("DATA") ? Kind.LOAD : Kind.OTHER, tokens);
        return variables ? load.leaving(Mark.Reason.USER_VARIABLE) : load;
    }

    private static Statement ended(Statement end) {
        return end.clearing(Mark.of(Mark.Reason.NEXT_TRANSACTION));
    }

    private static Statement rollback(List<Token> tokens) {
        if (tokens.stream().anyMatch(token -> token.isWord("TO"))) {
            return Statement.of(Kind.SAVEPOINT, Target.LEADER);
        }
        return ended(Statement.of(tokens.size() > 2 ? Kind.OTHER : Kind.ROLLBACK, Target.LEADER));
    }

    private static Statement leader(Kind kind, List<Token> tokens) {
        return Statement.of(kind, Target.LEADER).leaving(SessionMarks.of(tokens));
    }

    private static Statement use(List<Token> tokens, Token name) {
        boolean plain = tokens.size() == 2 && name.isName();
        return plain ? Statement.of(Kind.USE, Target.ANY) : Statement.UNKNOWN;
    }
}
