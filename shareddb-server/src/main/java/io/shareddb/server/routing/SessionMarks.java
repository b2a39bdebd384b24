package io.shareddb.server.routing;

import io.shareddb.server.routing.Mark.Reason;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What the words of a statement leave in its engine session, whatever kind of statement it is. */
final class SessionMarks {
    /** What they answer, now or later, belongs to the connection. */
    private static final Set<String> OF_CONNECTION = Set.of("CONNECTION_ID", "NEXTVAL", "LASTVAL");

    private static final Set<String> READ_LOCKS = Set.of("RELEASE_LOCK", "RELEASE_ALL_LOCKS");

    private SessionMarks() {}

    /** User variables that are assigned, named locks, {@code LAST_INSERT_ID(value)}, what sequences remember. */
    static Set<Mark> of(List<Token> tokens) {
        Set<Mark> marks = new HashSet<>(0);
        boolean into = false; // of INTO @a, @b
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            boolean variable = token.kind() == Token.Kind.USER_VARIABLE;
            into = (into && (variable || token.isSymbol(","))) || token.isWord("INTO");
            boolean assigned =
                    into || (i + 1 < tokens.size() && tokens.get(i + 1).isSymbol(":="));
            if (variable && assigned) {
                marks.add(Mark.of(Reason.USER_VARIABLE));
            }
            boolean called = i + 2 < tokens.size() && tokens.get(i + 1).isSymbol("(");
            if ((called && OF_CONNECTION.contains(token.text()))
                    || (token.isWord("NEXT")
                            && i + 1 < tokens.size()
                            && tokens.get(i + 1).isWord("VALUE"))) {
                marks.add(Mark.of(Reason.ROUTINE));
            }
            if (called && token.isWord("GET_LOCK")) {
                marks.add(new Mark(Reason.NAMED_LOCK, literal(tokens.get(i + 2))));
            }
            if (called && token.isWord("LAST_INSERT_ID") && !tokens.get(i + 2).isSymbol(")")) {
                marks.add(Mark.of(Reason.INSERT_ID));
            }
        }
        return marks;
    }

    /** What {@code SELECT RELEASE_LOCK('name')} and {@code SELECT RELEASE_ALL_LOCKS()}, alone, give back. */
    static Optional<Mark> released(List<Token> tokens) {
        if (tokens.size() < 4 || !READ_LOCKS.contains(tokens.get(1).text())) {
            return Optional.empty();
        }
        boolean all = tokens.get(1).isWord("RELEASE_ALL_LOCKS") && tokens.get(3).isSymbol(")");
        int end = all ? 4 : 5;
        boolean one = !all
                && tokens.size() > 4
                && tokens.get(3).kind() == Token.Kind.STRING
                && tokens.get(4).isSymbol(")");
        boolean alone = tokens.size() == end
                || (tokens.size() == end + 2 && tokens.get(end).isWord("AS"));
        if (!alone || !(all || one) || !tokens.get(2).isSymbol("(")) {
            return Optional.empty();
        }
        return Optional.of(new Mark(Reason.NAMED_LOCK, all ? Mark.ALL : literal(tokens.get(3))));
    }

    /** Names of locks are compared without case. */
    private static String literal(Token token) {
        return token.kind() == Token.Kind.STRING ? token.text().toLowerCase(Locale.ROOT) : "";
    }
}
