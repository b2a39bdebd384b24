package io.shareddb.server.routing;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Cuts SQL text into tokens. Comments are dropped, executable ones ({@code /*! … *}{@code /}, {@code /*M! … *}{@code /}) are opened and
 * remembered. Text that ends within quotes gives a last token all the same: the engine says what is wrong with it.
 *
 * <p>Works on characters whose lower 128 are ASCII and of which no other stands for a quote or a backslash: UTF-8 bytes
 * read as Latin-1 are fine.
 */
final class Tokenizer {
    private final CharSequence sql;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private boolean executableComments;

    private Tokenizer(CharSequence sql) {
        this.sql = sql;
    }

    /**
     * What the text is made of.
     *
     * @param list in order
     * @param executableComments it holds parts that only some engines execute
     */
    record Tokens(List<Token> list, boolean executableComments) {}

    static Tokens tokenize(CharSequence sql) {
        Tokenizer tokenizer = new Tokenizer(sql);
        tokenizer.run();
        return new Tokens(tokenizer.tokens, tokenizer.executableComments);
    }

    private void run() {
        while (at < sql.length()) {
            char c = sql.charAt(at);
            if (c <= ' ') {
                at++;
            } else if (c == '#' || (c == '-' && peek(1) == '-' && peek(2) <= ' ')) {
                skipLine();
            } else if (c == '/' && peek(1) == '*') {
                comment();
            } else if (c == '*' && peek(1) == '/' && executableComments) {
                at += 2;
            } else if (c == '\'' || c == '"') {
                tokens.add(new Token(Token.Kind.STRING, quoted(c)));
            } else if (c == '`') {
                tokens.add(new Token(Token.Kind.QUOTED_NAME, quoted(c)));
            } else if (c == '@') {
                variable();
            } else if (isDigit(c)) {
                tokens.add(new Token(Token.Kind.NUMBER, word()));
            } else if (isWordPart(c)) {
                tokens.add(Token.word(word()));
            } else if (c == ':' && peek(1) == '=') {
                at += 2;
                tokens.add(new Token(Token.Kind.SYMBOL, ":="));
            } else {
                at++;
                tokens.add(new Token(Token.Kind.SYMBOL, String.valueOf(c)));
            }
        }
    }

    /** The character {@code distance} further on; a zero character behind the end. */
    private char peek(int distance) {
        return at + distance < sql.length() ? sql.charAt(at + distance) : 0;
    }

    private void skipLine() {
        while (at < sql.length() && sql.charAt(at) != '\n') {
            at++;
        }
    }

    private void comment() {
        int marker = peek(2) == 'M' ? 3 : 2;
        if (peek(marker) == '!') {
            executableComments = true;
            at += marker + 1;
            while (isDigit(peek(0))) {
                at++;
            }
            return;
        }
        at += 2;
        while (at < sql.length() && !(sql.charAt(at) == '*' && peek(1) == '/')) {
            at++;
        }
        at += 2;
    }

    /** Content without the quotes; doubled quotes and backslashes stay as they are. */
    private String quoted(char quote) {
        int start = ++at;
        while (at < sql.length()) {
            char c = sql.charAt(at);
            if (c == '\\' && quote != '`') {
                at += 2;
            } else if (c == quote && peek(1) == quote) {
                at += 2;
            } else if (c == quote) {
                break;
            } else {
                at++;
            }
        }
        String content = sql.subSequence(start, Math.min(at, sql.length())).toString();
        at++;
        return content;
    }

    private void variable() {
        at++;
        if (peek(0) != '@') {
            char quote = peek(0);
            tokens.add(new Token(
                    Token.Kind.USER_VARIABLE, quote == '\'' || quote == '"' || quote == '`' ? quoted(quote) : word()));
            return;
        }
        at++;
        String name = systemName();
        boolean scoped = false;
        while (peek(0) == '.') {
            at++;
            String scope = name;
            name = systemName();
            if (SetRules.isGlobalScope(scope)) {
                name = scope + "." + name;
            }
            scoped = true;
        }
        tokens.add(new Token(Token.Kind.SYSTEM_VARIABLE, name, scoped));
    }

    private String systemName() {
        return (peek(0) == '`' ? quoted('`') : word()).toUpperCase(Locale.ROOT);
    }

    /** Letters, digits, '_', '$' and everything that is not ASCII; may be empty. */
    private String word() {
        int start = at;
        while (at < sql.length() && isWordPart(sql.charAt(at))) {
            at++;
        }
        return sql.subSequence(start, at).toString();
    }

    static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    static boolean isWordPart(char c) {
        return isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' || c > 127;
    }
}
