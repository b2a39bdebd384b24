package io.shareddb.server.routing;

import java.util.List;
import java.util.Optional;

/**
 * {@code KILL [HARD | SOFT] [CONNECTION | QUERY] id}, where the id may be {@code CONNECTION_ID()}.
 *
 * @param connectionId 0 to 2^63 - 1; {@link #OWN} for the session's own
 * @param queryOnly the statement alone, not the connection
 * @see <a href="https://mariadb.com/kb/en/kill/">manual</a>
 */
public record KillStatement(long connectionId, boolean queryOnly) {
    /** {@code CONNECTION_ID()}. */
    public static final long OWN = -1;

    private static final int MAX_LENGTH = 1000; // with comments

    /**
     * Empty for other forms ({@code KILL USER}, {@code KILL QUERY ID}), for what only some engines execute, and for text that is no
     * such statement. Holds no strings, so that it is the same in every {@code sql_mode}.
     */
    public static Optional<KillStatement> parse(CharSequence sql) {
        if (!mayBeOne(sql)) {
            return Optional.empty();
        }
        Tokenizer.Tokens all = Tokenizer.tokenize(sql);
        List<Token> tokens = all.list();
        int at = 0;
        if (all.executableComments() || tokens.isEmpty() || !tokens.get(at++).isWord("KILL")) {
            return Optional.empty();
        }
        if (at < tokens.size()
                && (tokens.get(at).isWord("HARD") || tokens.get(at).isWord("SOFT"))) {
            at++;
        }
        boolean queryOnly = at < tokens.size() && tokens.get(at).isWord("QUERY");
        if (queryOnly || (at < tokens.size() && tokens.get(at).isWord("CONNECTION"))) {
            at++;
        }
        List<Token> id = tokens.subList(
                Math.min(at, tokens.size()),
                tokens.get(tokens.size() - 1).isSymbol(";") ? tokens.size() - 1 : tokens.size());
        if (id.size() == 3
                && id.get(0).isWord("CONNECTION_ID")
                && id.get(1).isSymbol("(")
                && id.get(2).isSymbol(")")) {
            return Optional.of(new KillStatement(OWN, queryOnly));
        }
        if (id.size() != 1 || id.get(0).kind() != Token.Kind.NUMBER) {
            return Optional.empty();
        }
        try {
            return Optional.of(new KillStatement(Long.parseLong(id.get(0).text()), queryOnly));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Most texts are told from it by their first character. */
    private static boolean mayBeOne(CharSequence sql) {
        int at = 0;
        while (at < sql.length() && sql.charAt(at) <= ' ') {
            at++;
        }
        return at < sql.length() && sql.length() <= MAX_LENGTH && "kK/#-".indexOf(sql.charAt(at)) >= 0;
    }
}
