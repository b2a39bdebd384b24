package io.shareddb.replication.engine.sql;

import io.shareddb.replication.engine.EngineAccess;
import io.shareddb.replication.engine.StatementPolicy;
import io.shareddb.replication.engine.sql.RefusalTable.Variable;
import io.shareddb.replication.engine.sql.SqlTokens.Kind;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Applies a {@link RefusalTable}. Thread-safe. Text without any suspicious word is let through after one scan. The rest is cut into
 * tokens; a statement may begin at the start of the text, after a semicolon, and, for compound statements and the bodies of
 * routines, triggers and events, after the words that statements follow there.
 */
public final class TableStatementPolicy implements StatementPolicy {
    private static final String OPERATOR = EngineAccess.OPERATOR.toUpperCase(Locale.ROOT);
    private static final int MAX_NESTING = 4; // of EXECUTE IMMEDIATE in itself
    private static final Set<String> BODIES = Set.of("PROCEDURE", "FUNCTION", "TRIGGER", "EVENT", "PACKAGE");
    private static final Set<String> BEFORE_STATEMENTS = Set.of(
            "BEGIN", "ATOMIC", "THEN", "ELSE", "DO", "LOOP", "REPEAT", "ROW", "SQLEXCEPTION", "SQLWARNING", "FOUND");
    private static final Set<String> SET_CLAUSE_OF = Set.of("UPDATE", "INSERT", "REPLACE", "LOAD");

    private final RefusalTable table;
    private final HintScanner hints;

    public TableStatementPolicy(RefusalTable table) {
        this.table = table;
        this.hints = new HintScanner(table.hints());
    }

    @Override
    public Optional<Refusal> refuse(CharSequence sql, boolean backslashEscapes) {
        return hints.occursIn(sql) ? refuse(sql, backslashEscapes, 0) : Optional.empty();
    }

    private Optional<Refusal> refuse(CharSequence sql, boolean backslashEscapes, int nesting) {
        return new Reading(new SqlTokens(sql, backslashEscapes), backslashEscapes, nesting).refusal();
    }

    /** One pass over one text. */
    private final class Reading {
        private final SqlTokens tokens;
        private final boolean backslashEscapes;
        private final int nesting;
        private String first = ""; // word of the present statement, upper case
        private boolean atStart = true;
        private boolean body; // the present statement is a CREATE whose body may follow without a word before it
        private boolean operatorNamed;
        private boolean setClause; // SET does not begin a statement here

        Reading(SqlTokens tokens, boolean backslashEscapes, int nesting) {
            this.tokens = tokens;
            this.backslashEscapes = backslashEscapes;
            this.nesting = nesting;
        }

        Optional<Refusal> refusal() {
            while (tokens.advance() != Kind.END) {
                Optional<Refusal> found = atToken();
                if (found.isPresent()) {
                    return found;
                }
            }
            return Optional.empty();
        }

        private Optional<Refusal> atToken() {
            if (tokens.isSymbol(';')) {
                atStart = true;
                return Optional.empty();
            }
            Optional<Refusal> touched = touched();
            if (touched.isPresent() || tokens.kind() != Kind.WORD) {
                atStart &= tokens.isSymbol('(');
                return touched;
            }
            String word = tokens.upperText();
            if (atStart) {
                first = word;
                body = false;
                setClause = false;
            }
            boolean mayBegin = atStart || (body && !(setClause && word.equals("SET")));
            boolean outer = atStart;
            atStart = BEFORE_STATEMENTS.contains(word);
            body |= first.equals("CREATE") && BODIES.contains(word);
            setClause |= SET_CLAUSE_OF.contains(word);
            if (!mayBegin) {
                return Optional.empty();
            }
            return switch (word) {
                case "SET" -> set();
                case "EXECUTE", "PREPARE" -> outer || body ? prepared() : Optional.empty();
                default -> statement(word);
            };
        }

        /** Names that no statement of some kinds may contain. */
        private Optional<Refusal> touched() {
            if (RefusalTable.ON_ACCOUNTS.contains(first) && tokens.matches(OPERATOR)) {
                return Optional.of(onOperator());
            }
            for (String name : table.tables()) {
                if (RefusalTable.WRITING.contains(first) && tokens.kind() != Kind.STRING && tokens.matches(name)) {
                    return Optional.of(
                            new Refusal(first + " … mysql." + name.toLowerCase(Locale.ROOT), table.tableReason()));
                }
            }
            return Optional.empty();
        }

        private Refusal onOperator() {
            return new Refusal(first + " … " + EngineAccess.OPERATOR, RefusalTable.ACCOUNT_REASON);
        }

        private Optional<Refusal> statement(String word) {
            for (RefusalTable.Statement refused : table.statements()) {
                if (refused.first().equals(word)) {
                    int mark = tokens.mark();
                    tokens.advance();
                    if (tokens.is("OR")) { // CREATE OR REPLACE
                        tokens.advance();
                        tokens.advance();
                    }
                    String second = second();
                    tokens.returnTo(mark);
                    if (refused.goesOnWith(second)) {
                        String shown = !refused.second().contains(second) || second.equals(RefusalTable.TEXT)
                                ? word
                                : (word + " " + second).strip();
                        return Optional.of(new Refusal(shown, refused.reason()));
                    }
                }
            }
            return Optional.empty();
        }

        private String second() {
            return switch (tokens.kind()) {
                case WORD -> tokens.upperText();
                case STRING, USER_VARIABLE -> RefusalTable.TEXT;
                case END -> RefusalTable.NOTHING;
                default -> tokens.isSymbol(';') ? RefusalTable.NOTHING : "?";
            };
        }

        /** {@code PREPARE name FROM 'text'} and {@code EXECUTE IMMEDIATE 'text'}; text in variables is not known here. */
        private Optional<Refusal> prepared() {
            int mark = tokens.mark();
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < 3 && tokens.advance() != Kind.STRING && tokens.kind() != Kind.END; i++) {
                if (tokens.isSymbol(';')) {
                    break;
                }
            }
            while (tokens.kind() == Kind.STRING) { // neighbours are one text
                text.append(tokens.text());
                tokens.advance();
            }
            tokens.returnTo(mark);
            return text.length() == 0 || nesting >= MAX_NESTING
                    ? Optional.empty()
                    : refuse(text.toString(), backslashEscapes, nesting + 1);
        }

        /**
         * {@code SET [STATEMENT] target = value, … [FOR statement]}. Stops at the first thing that is no assignment, for example
         * in {@code SET PASSWORD} or {@code CHARACTER SET utf8}.
         */
        private Optional<Refusal> set() {
            int mark = tokens.mark();
            boolean forStatement = tokens.advance() == Kind.WORD && tokens.is("STATEMENT");
            if (!forStatement) {
                tokens.returnTo(mark);
            }
            do {
                mark = tokens.mark();
                String variable = target();
                if (operatorNamed) { // SET PASSWORD FOR
                    return Optional.of(onOperator());
                }
                if (variable.isEmpty()) {
                    tokens.returnTo(mark);
                    return Optional.empty();
                }
                Optional<Refusal> refused = table.variable(variable).flatMap(this::refusedValue);
                if (refused.isPresent()) {
                    return refused;
                }
                skipValue(forStatement);
            } while (tokens.isSymbol(','));
            atStart = tokens.isSymbol(';') || (forStatement && tokens.is("FOR"));
            return Optional.empty();
        }

        /** Reads up to and with {@code =}. @return the last part of the variable's name in upper case, or nothing */
        private String target() {
            String name = "";
            boolean system = false;
            boolean other = false; // a user variable, or a column of NEW
            for (tokens.advance(); !tokens.isSymbol('='); tokens.advance()) {
                operatorNamed |= tokens.matches(OPERATOR);
                switch (tokens.kind()) {
                    case WORD, NAME, STRING -> name = tokens.upperText();
                    case USER_VARIABLE -> other = true;
                    case SYSTEM_VARIABLE -> system = true;
                    default -> {
                        if (!tokens.isSymbol('.') && !tokens.isSymbol(':')) {
                            return "";
                        }
                        other |= tokens.isSymbol('.') && !system;
                    }
                }
            }
            return other ? "@" : name;
        }

        private Optional<Refusal> refusedValue(Variable variable) {
            int mark = tokens.mark();
            tokens.advance();
            String value = tokens.kind() == Kind.WORD || tokens.kind() == Kind.STRING ? tokens.upperText() : "?";
            tokens.advance();
            boolean alone =
                    tokens.kind() == Kind.END || tokens.isSymbol(',') || tokens.isSymbol(';') || tokens.is("FOR");
            tokens.returnTo(mark);
            return alone && variable.allowed().contains(value)
                    ? Optional.empty()
                    : Optional.of(new Refusal("SET " + variable.name().toLowerCase(Locale.ROOT), variable.reason()));
        }

        /** Up to the comma before the next assignment, or the end; brackets and strings are passed over. */
        private void skipValue(boolean forStatement) {
            int depth = 0;
            while (tokens.advance() != Kind.END) {
                if (tokens.isSymbol('(')) {
                    depth++;
                } else if (tokens.isSymbol(')')) {
                    depth--;
                } else if (depth == 0
                        && (tokens.isSymbol(',') || tokens.isSymbol(';') || (forStatement && tokens.is("FOR")))) {
                    return;
                }
            }
        }
    }
}
