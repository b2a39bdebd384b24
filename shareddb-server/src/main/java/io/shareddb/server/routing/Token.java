package io.shareddb.server.routing;

import java.util.Locale;

/**
 * One piece of SQL text.
 *
 * @param kind what it is
 * @param text as written; of {@link Kind#WORD}s in upper case, of quoted names without their quotes
 * @param scoped a system variable that was named with its scope
 */
record Token(Kind kind, String text, boolean scoped) {
    enum Kind {
        /** A keyword or a name without quotes. */
        WORD,
        /** A name in backticks. */
        QUOTED_NAME,
        /** Text in single or double quotes; under ANSI_QUOTES the latter is a name. */
        STRING,
        NUMBER,
        /** {@code @name}, {@code @'name'} and so on. */
        USER_VARIABLE,
        /** {@code @@name} in upper case, without {@code session.} but with the other scopes, {@code GLOBAL.} for one. */
        SYSTEM_VARIABLE,
        /** Anything else, one character; {@code :=} is one token. */
        SYMBOL
    }

    Token(Kind kind, String text) {
        this(kind, text, false);
    }

    static Token word(String text) {
        return new Token(Kind.WORD, text.toUpperCase(Locale.ROOT));
    }

    boolean isWord(String word) {
        return kind == Kind.WORD && text.equals(word);
    }

    boolean isSymbol(String symbol) {
        return kind == Kind.SYMBOL && text.equals(symbol);
    }

    /** A name, quoted or not. */
    boolean isName() {
        return kind == Kind.WORD || kind == Kind.QUOTED_NAME;
    }
}
