package io.shareddb.server.routing;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** SQL that is about the proxy and never reaches an engine. */
public sealed interface ProxyStatement {
    /** {@code SHOW SHAREDDB STATUS}. */
    record ShowStatus() implements ProxyStatement {}

    /** {@code SHOW SHAREDDB BARRIER}, from other nodes alone: the seq that a linearizable read must see. */
    record Barrier() implements ProxyStatement {}

    /**
     * {@code SHOW [SESSION] STATUS LIKE 'Ssl_cipher'}, or {@code 'Ssl_version'}: the engine knows nothing of the client's TLS.
     *
     * @param cipher the one or the other
     */
    record TlsStatus(boolean cipher) implements ProxyStatement {}

    /**
     * {@code SELECT @@shareddb_…}.
     *
     * @param variable in lower case, with its prefix
     * @param column the result's name
     */
    record Select(String variable, String column) implements ProxyStatement {}

    /**
     * {@code SET [SESSION] shareddb_… = value}.
     *
     * @param variable in lower case, with its prefix
     */
    record Assign(String variable, String value) implements ProxyStatement {}

    /** What all names begin with. */
    String PREFIX = "shareddb";

    /** What the names of the status of TLS begin with. */
    String TLS_PREFIX = "ssl";

    /** Reads {@code sql}; empty if it is an engine's business. */
    static Optional<ProxyStatement> parse(CharSequence sql) {
        List<Token> tokens = Tokenizer.tokenize(sql).list();
        int size = tokens.size();
        if (size > 0 && tokens.get(size - 1).isSymbol(";")) {
            size--;
        }
        if (size < 2) {
            return Optional.empty();
        }
        List<Token> words = tokens.subList(0, size);
        return switch (words.get(0).text()) {
            case "SHOW" -> show(words);
            case "SELECT" -> select(words);
            case "SET" -> assign(words);
            default -> Optional.empty();
        };
    }

    private static Optional<ProxyStatement> show(List<Token> tokens) {
        int at = tokens.get(1).isWord("SESSION") || tokens.get(1).isWord("LOCAL") ? 2 : 1;
        if (tokens.size() == at + 3
                && tokens.get(at).isWord("STATUS")
                && tokens.get(at + 1).isWord("LIKE")
                && tokens.get(at + 2).kind() == Token.Kind.STRING) {
            return switch (tokens.get(at + 2).text().replace("\\", "").toLowerCase(Locale.ROOT)) {
                case "ssl_cipher" -> Optional.of(new TlsStatus(true));
                case "ssl_version" -> Optional.of(new TlsStatus(false));
                default -> Optional.empty();
            };
        }
        if (tokens.size() != 3 || !tokens.get(1).isWord("SHAREDDB")) {
            return Optional.empty();
        }
        return switch (tokens.get(2).text()) {
            case "STATUS" -> Optional.of(new ShowStatus());
            case "BARRIER" -> Optional.of(new Barrier());
            default -> Optional.empty();
        };
    }

    private static Optional<ProxyStatement> select(List<Token> tokens) {
        Token variable = tokens.get(1);
        if (variable.kind() != Token.Kind.SYSTEM_VARIABLE || !isOurs(variable)) {
            return Optional.empty();
        }
        String name = variable.text().toLowerCase(Locale.ROOT);
        if (tokens.size() == 2) {
            return Optional.of(new Select(name, "@@" + name));
        }
        Token last = tokens.get(tokens.size() - 1);
        boolean alias =
                tokens.size() == 3 || (tokens.size() == 4 && tokens.get(2).isWord("AS"));
        return alias ? Optional.of(new Select(name, last.text())) : Optional.empty();
    }

    private static Optional<ProxyStatement> assign(List<Token> tokens) {
        int at = tokens.get(1).isWord("SESSION") || tokens.get(1).isWord("LOCAL") ? 2 : 1;
        if (tokens.size() != at + 3 || !isOurs(tokens.get(at))) {
            return Optional.empty();
        }
        boolean assigned =
                tokens.get(at + 1).isSymbol("=") || tokens.get(at + 1).isSymbol(":=");
        return assigned
                ? Optional.of(new Assign(
                        tokens.get(at).text().toLowerCase(Locale.ROOT),
                        tokens.get(at + 2).text()))
                : Optional.empty();
    }

    private static boolean isOurs(Token token) {
        return token.kind() != Token.Kind.USER_VARIABLE
                && token.kind() != Token.Kind.STRING
                && token.text().toLowerCase(Locale.ROOT).startsWith(PREFIX + "_");
    }

    /** Whether {@code sql} mentions the proxy or TLS at all: only then the other methods need be asked. */
    static boolean mayConcernProxy(String sql) {
        for (int i = sql.length() - TLS_PREFIX.length(); i >= 0; i--) {
            char first = sql.charAt(i);
            if ((first == 's' || first == 'S')
                    && (sql.regionMatches(true, i, PREFIX, 0, PREFIX.length())
                            || sql.regionMatches(true, i, TLS_PREFIX, 0, TLS_PREFIX.length()))) {
                return true;
            }
        }
        return false;
    }
}
