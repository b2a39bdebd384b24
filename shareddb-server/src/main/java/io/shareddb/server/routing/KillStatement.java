package io.shareddb.server.routing;

import java.util.List;
import java.util.Optional;

/**
 * {@code KILL [HARD | SOFT] [CONNECTION | QUERY] id}.
 *
 * @param connectionId 0 to 2^63 - 1
 * @param queryOnly the statement alone, not the connection
 * @see <a href="https://mariadb.com/kb/en/kill/">manual</a>
 */
public record KillStatement(long connectionId, boolean queryOnly) {
    /** Empty for other forms ({@code KILL USER}, {@code KILL QUERY ID}) and for text that is no such statement. */
    public static Optional<KillStatement> parse(CharSequence sql) {
        List<Token> tokens = Tokenizer.tokenize(sql).list();
        int at = 0;
        if (tokens.isEmpty() || !tokens.get(at++).isWord("KILL")) {
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
        boolean ends = at + 1 == tokens.size()
                || (at + 2 == tokens.size() && tokens.get(at + 1).isSymbol(";"));
        if (!ends || tokens.get(at).kind() != Token.Kind.NUMBER) {
            return Optional.empty();
        }
        try {
            return Optional.of(new KillStatement(Long.parseLong(tokens.get(at).text()), queryOnly));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
