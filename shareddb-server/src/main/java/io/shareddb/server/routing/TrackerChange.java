package io.shareddb.server.routing;

import java.util.List;
import java.util.regex.Pattern;

/** Which texts may change what an engine reports of a session's commits, by which the proxy holds their OKs. Stateless. */
public final class TrackerChange {
    private static final Pattern NAME =
            Pattern.compile("session_track_(?:system_variables|gtids)", Pattern.CASE_INSENSITIVE);

    private TrackerChange() {}

    /**
     * Whether {@code sql} names one of the variables, other than in data.
     *
     * @param backslashEscapes false when the session's {@code sql_mode} has {@code NO_BACKSLASH_ESCAPES}: then data are not told apart
     */
    public static boolean isNamedIn(CharSequence sql, boolean backslashEscapes) {
        if (!NAME.matcher(sql).find()) {
            return false;
        }
        if (!backslashEscapes) {
            return true; // text is cut into tokens by other rules than ours
        }
        List<Token> tokens = Tokenizer.tokenize(sql).list();
        boolean prepares = tokens.stream().anyMatch(token -> token.isWord("PREPARE") || token.isWord("IMMEDIATE"));
        for (int i = 0; i < tokens.size(); i++) {
            boolean data = !prepares && tokens.get(i).kind() == Token.Kind.STRING && !isAssigned(tokens, i);
            if (!data && NAME.matcher(tokens.get(i).text()).find()) {
                return true;
            }
        }
        return false;
    }

    /** Under ANSI_QUOTES a string may be a name. */
    private static boolean isAssigned(List<Token> tokens, int at) {
        return at + 1 < tokens.size()
                && (tokens.get(at + 1).isSymbol("=") || tokens.get(at + 1).isSymbol(":="));
    }
}
