package io.shareddb.replication.engine.sql;

/**
 * Cuts SQL text into tokens, one at a time and without copying. Comments are skipped; the content of executable ones
 * ({@code /*!…}, {@code /*M!…}) counts as SQL whatever version they name. One thread.
 * @see <a href="https://mariadb.com/kb/en/comment-syntax/">manual</a>
 */
final class SqlTokens {
    enum Kind {
        /** A keyword, name or number, not quoted. */
        WORD,
        /** {@code `name`}. */
        NAME,
        /** {@code 'text'} or {@code "text"}; the latter is a name in {@code ANSI_QUOTES}. */
        STRING,
        /** {@code @name}, also quoted. */
        USER_VARIABLE,
        /** {@code @@}; words follow. */
        SYSTEM_VARIABLE,
        /** One other character. */
        SYMBOL,
        END
    }

    private final CharSequence sql;
    private final boolean backslashEscapes;
    private int next;
    private Kind kind = Kind.END;
    private int start; // of what the token means: inside of quotes
    private int end;

    SqlTokens(CharSequence sql, boolean backslashEscapes) {
        this.sql = sql;
        this.backslashEscapes = backslashEscapes;
    }

    Kind kind() {
        return kind;
    }

    /** Where the present token ends, to come back to it with {@link #returnTo}. */
    int mark() {
        return next;
    }

    void returnTo(int mark) {
        next = mark;
    }

    Kind advance() {
        kind = read();
        return kind;
    }

    private Kind read() {
        skipBlank();
        if (next >= sql.length()) {
            start = next;
            end = next;
            return Kind.END;
        }
        char c = sql.charAt(next);
        if (isWord(c)) {
            start = next;
            while (next < sql.length() && isWord(sql.charAt(next))) {
                next++;
            }
            end = next;
            return Kind.WORD;
        }
        return switch (c) {
            case '`' -> {
                readQuoted('`', false);
                yield Kind.NAME;
            }
            case '\'', '"' -> {
                readQuoted(c, backslashEscapes);
                yield Kind.STRING;
            }
            case '@' -> readVariable();
            default -> {
                start = next;
                next++;
                end = next;
                yield Kind.SYMBOL;
            }
        };
    }

    private Kind readVariable() {
        next++;
        if (peek(0) == '@') {
            start = next - 1;
            next++;
            end = next;
            return Kind.SYSTEM_VARIABLE;
        }
        char c = peek(0);
        if (c == '`' || c == '\'' || c == '"') {
            readQuoted(c, false);
        } else {
            start = next;
            while (next < sql.length() && (isWord(sql.charAt(next)) || sql.charAt(next) == '.')) {
                next++;
            }
            end = next;
        }
        return Kind.USER_VARIABLE;
    }

    private void readQuoted(char quote, boolean escapes) {
        start = next + 1;
        next = start;
        while (next < sql.length()) {
            char c = sql.charAt(next);
            if (c == '\\' && escapes) {
                next += 2;
            } else if (c == quote && peek(1) == quote) {
                next += 2;
            } else if (c == quote) {
                break;
            } else {
                next++;
            }
        }
        end = Math.min(next, sql.length());
        next = Math.min(next + 1, sql.length());
    }

    private void skipBlank() {
        while (next < sql.length()) {
            char c = sql.charAt(next);
            if (c <= ' ') {
                next++;
            } else if (c == '#' || (c == '-' && peek(1) == '-' && (next + 2 >= sql.length() || peek(2) <= ' '))) {
                while (next < sql.length() && sql.charAt(next) != '\n') {
                    next++;
                }
            } else if (c == '/' && peek(1) == '*') {
                skipComment();
            } else if (c == '*' && peek(1) == '/') {
                next += 2; // the end of an executable comment
            } else {
                return;
            }
        }
    }

    private void skipComment() {
        next += 2;
        boolean executable = peek(0) == '!' || (peek(0) == 'M' && peek(1) == '!');
        if (executable) {
            next += peek(0) == '!' ? 1 : 2;
            while (Character.isDigit(peek(0))) {
                next++;
            }
            return;
        }
        while (next < sql.length() && !(sql.charAt(next) == '*' && peek(1) == '/')) {
            next++;
        }
        next = Math.min(next + 2, sql.length());
    }

    /** NUL beyond the end. */
    private char peek(int ahead) {
        return next + ahead < sql.length() ? sql.charAt(next + ahead) : 0;
    }

    private static boolean isWord(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '_'
                || c == '$'
                || c >= 0x80;
    }

    boolean isSymbol(char symbol) {
        return kind == Kind.SYMBOL && sql.charAt(start) == symbol;
    }

    /** The present token is this keyword, not quoted. {@code keyword} is in upper case. */
    boolean is(String keyword) {
        return kind == Kind.WORD && matches(keyword);
    }

    /** What the token says, quoted or not, equals {@code upper} but for letter case. */
    boolean matches(String upper) {
        if (end - start != upper.length()) {
            return false;
        }
        for (int i = 0; i < upper.length(); i++) {
            if (upperAscii(sql.charAt(start + i)) != upper.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    static char upperAscii(char c) {
        return c >= 'a' && c <= 'z' ? (char) (c - 32) : c;
    }

    /** What the token says, with quotes undone, in upper case; copies. */
    String upperText() {
        String text = text();
        StringBuilder upper = new StringBuilder(text.length());
        text.chars().forEach(c -> upper.append(upperAscii((char) c)));
        return upper.toString();
    }

    /** What the token says, with quotes undone; copies. */
    String text() {
        StringBuilder text = new StringBuilder(end - start);
        char quote = start > 0 ? sql.charAt(start - 1) : 0;
        for (int i = start; i < end; i++) {
            char c = sql.charAt(i);
            if (kind == Kind.STRING && backslashEscapes && c == '\\' && i + 1 < end) {
                i++;
                text.append(unescaped(sql.charAt(i)));
            } else {
                text.append(c);
                if ((kind == Kind.STRING || kind == Kind.NAME) && c == quote) {
                    i++; // doubled
                }
            }
        }
        return text.toString();
    }

    private static char unescaped(char c) {
        return switch (c) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case '0' -> 0;
            default -> c;
        };
    }
}
