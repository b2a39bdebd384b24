package io.shareddb.server.routing;

import io.shareddb.server.routing.Mark.Reason;
import io.shareddb.server.routing.Statement.Kind;
import io.shareddb.server.routing.Statement.Target;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Statements that are neither reads nor changes of rows: what they leave in the session, and what they take away. */
final class StateRules {
    private StateRules() {}

    /** One whose first word is known to the classifier. */
    static Statement other(List<Token> tokens) {
        Statement plain = Statement.of(Kind.OTHER, Target.LEADER).leaving(SessionMarks.of(tokens));
        Token second = tokens.size() > 1 ? tokens.get(1) : Token.word("");
        return switch (tokens.get(0).text()) {
            case "CREATE" -> create(tokens, plain);
            case "DROP" -> drop(tokens, plain, second);
            case "ALTER", "RENAME" -> plain;
            case "LOCK" -> plain.leaving(Reason.TABLE_LOCK);
            case "UNLOCK" -> plain.clearing(new Mark(Reason.TABLE_LOCK, Mark.ALL));
            case "FLUSH" -> {
                boolean locks = tokens.stream().anyMatch(token -> token.isWord("LOCK") || token.isWord("EXPORT"));
                yield locks ? plain.leaving(Reason.TABLE_LOCK) : plain;
            }
            case "PREPARE" -> prepare(tokens, plain, second);
            case "DEALLOCATE" -> plain.clearing(statementMark(tokens, 2));
            case "EXECUTE" -> second.isWord("IMMEDIATE") ? Statement.UNKNOWN : plain;
            case "CALL" -> call(tokens, plain);
            default -> plain;
        };
    }

    /** The first words may be {@code CREATE OR REPLACE TEMPORARY TABLE IF NOT EXISTS}. */
    private static Statement create(List<Token> tokens, Statement plain) {
        for (int i = 1; i < Math.min(tokens.size(), 5); i++) {
            if (tokens.get(i).isWord("TEMPORARY")) {
                int at = i + 2;
                while (at < tokens.size()
                        && (tokens.get(at).isWord("IF")
                                || tokens.get(at).isWord("NOT")
                                || tokens.get(at).isWord("EXISTS"))) {
                    at++;
                }
                return plain.leaving(Set.of(new Mark(Reason.TEMPORARY_TABLE, name(tokens, at))));
            }
        }
        return plain;
    }

    /** {@code DROP [TEMPORARY] TABLE [IF EXISTS] name}: of one table; {@code DROP PREPARE name}. */
    private static Statement drop(List<Token> tokens, Statement plain, Token second) {
        if (second.isWord("PREPARE")) {
            return plain.clearing(statementMark(tokens, 2));
        }
        int at = second.isWord("TEMPORARY") ? 2 : 1;
        if (at >= tokens.size() || !tokens.get(at).isWord("TABLE")) {
            return plain;
        }
        at++;
        while (at < tokens.size()
                && (tokens.get(at).isWord("IF") || tokens.get(at).isWord("EXISTS"))) {
            at++;
        }
        String name = name(tokens, at);
        boolean one = !name.isEmpty() && tokens.size() == at + (name.indexOf('.') < 0 ? 1 : 3);
        return one ? plain.clearing(new Mark(Reason.TEMPORARY_TABLE, name)) : plain;
    }

    /** What a prepared text does happens when it is executed, but its text is here. */
    private static Statement prepare(List<Token> tokens, Statement plain, Token name) {
        boolean literal = tokens.size() == 4
                && tokens.get(2).isWord("FROM")
                && tokens.get(3).kind() == Token.Kind.STRING
                && tokens.get(3).text().indexOf('\\') < 0;
        Set<Mark> leaves = new HashSet<>();
        leaves.add(statementMark(tokens, 1));
        if (!literal || name.text().isEmpty()) {
            leaves.add(Mark.of(Reason.UNKNOWN_STATEMENT));
        } else {
            String text = tokens.get(3).text().replace("''", "'").replace("\"\"", "\"");
            Statement meaning = StatementClassifier.classify(text);
            leaves.addAll(meaning.leaves());
            if (!meaning.detail().isEmpty()) {
                leaves.add(Mark.of(Reason.SETTING));
            }
        }
        return plain.leaving(leaves);
    }

    private static Statement call(List<Token> tokens, Statement plain) {
        boolean variables = tokens.stream().anyMatch(token -> token.kind() == Token.Kind.USER_VARIABLE);
        Statement call = plain.leaving(Reason.ROUTINE);
        return variables ? call.leaving(Reason.USER_VARIABLE) : call;
    }

    private static Mark statementMark(List<Token> tokens, int at) {
        String name = at < tokens.size() ? tokens.get(at).text().toLowerCase(Locale.ROOT) : "";
        return new Mark(Reason.SQL_STATEMENT, name);
    }

    /** {@code name} or {@code database.name} in upper case; empty if there is none. */
    private static String name(List<Token> tokens, int at) {
        if (at >= tokens.size() || !tokens.get(at).isName()) {
            return "";
        }
        boolean qualified = at + 2 < tokens.size()
                && tokens.get(at + 1).isSymbol(".")
                && tokens.get(at + 2).isName();
        String text = qualified
                ? tokens.get(at).text() + "." + tokens.get(at + 2).text()
                : tokens.get(at).text();
        return text.toUpperCase(Locale.ROOT);
    }
}
