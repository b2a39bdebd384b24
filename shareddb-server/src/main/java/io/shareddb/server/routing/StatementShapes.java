package io.shareddb.server.routing;

import io.shareddb.server.routing.Statement.Kind;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Remembers what statements mean, for others of the same shape: the same text but for numbers and what stands in single quotes. Looking a shape
 * up takes a fraction of reading the statement again. Thread-safe.
 *
 * <p>Only plain reads and changes of rows have a shape, without comments, variables, backslashes, double quotes and semicolons: in those
 * neither numbers nor strings decide what they mean. For texts under {@code NO_BACKSLASH_ESCAPES} it must not be asked.
 */
public final class StatementShapes {
    private static final int MAX_LENGTH = 2_000; // characters
    private static final int MAX_SHAPES = 1_000;
    private static final String NUMBER = "0";
    private static final String STRING = "''";

    private final ConcurrentHashMap<String, Statement> known = new ConcurrentHashMap<>();

    /** What {@code sql} has in common with others; empty if it must be read on its own. */
    public static Optional<String> of(String sql) {
        int length = sql.length();
        if (length > MAX_LENGTH || !begins(sql)) {
            return Optional.empty();
        }
        StringBuilder shape = new StringBuilder(length);
        int kept = 0; // up to here the text is in the shape
        int at = 0;
        while (at < length) {
            char c = sql.charAt(at);
            int start = at;
            if (Tokenizer.isWordPart(c)) {
                boolean digits = true;
                while (at < length && Tokenizer.isWordPart(sql.charAt(at))) {
                    digits &= Tokenizer.isDigit(sql.charAt(at++));
                }
                if (isWord(sql, start, at, "EXECUTE") || isWord(sql, start, at, "PREPARE")) {
                    return Optional.empty(); // of a string
                }
                if (digits) {
                    shape.append(sql, kept, start).append(NUMBER);
                    kept = at;
                }
            } else if (c == '\'' || c == '`') {
                at = sql.indexOf(c, at + 1) + 1;
                if (at == 0 || (c == '\'' && hasBackslash(sql, start, at))) {
                    return Optional.empty();
                }
                if (c == '\'') {
                    shape.append(sql, kept, start).append(STRING);
                    kept = at;
                }
            } else if (needsReading(c, at + 1 < length ? sql.charAt(at + 1) : 0)) {
                return Optional.empty();
            } else {
                at++;
            }
        }
        return Optional.of(shape.append(sql, kept, length).toString());
    }

    private static boolean begins(String sql) {
        return switch (sql.isEmpty() ? 0 : sql.charAt(0)) {
            case 's', 'S' -> isAt(sql, 0, "SELECT");
            case 'i', 'I' -> isAt(sql, 0, "INSERT");
            case 'u', 'U' -> isAt(sql, 0, "UPDATE");
            case 'd', 'D' -> isAt(sql, 0, "DELETE");
            case 'r', 'R' -> isAt(sql, 0, "REPLACE");
            default -> false;
        };
    }

    private static boolean isWord(String sql, int start, int end, String word) {
        return end - start == word.length() && isAt(sql, start, word);
    }

    private static boolean isAt(String sql, int start, String word) {
        return sql.regionMatches(true, start, word, 0, word.length());
    }

    private static boolean hasBackslash(String sql, int start, int end) {
        int found = sql.indexOf('\\', start);
        return found >= 0 && found < end;
    }

    /** Variables, comments, statements that follow, and text that is cut by rules of the session. */
    private static boolean needsReading(char c, char next) {
        return c == '@' || c == '/' || c == '#' || c == ';' || c == '"' || c == '\\' || (c == '-' && next == '-');
    }

    /** What statements of {@code shape} mean, if that is known. */
    public Optional<Statement> find(String shape) {
        return Optional.ofNullable(known.get(shape));
    }

    /** Remembers what one of {@code shape} means, unless that could be another thing for the next one. */
    public void learn(String shape, Statement statement) {
        boolean plain = statement.kind() == Kind.READ || statement.kind() == Kind.CHANGE;
        if (!plain || statement.pins() || !statement.clears().isEmpty()) {
            return;
        }
        if (known.size() >= MAX_SHAPES) {
            known.clear(); // whoever sends so many does not send the same ones again, or they are back soon
        }
        known.put(shape, statement);
    }
}
