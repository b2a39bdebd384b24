package io.shareddb.replication.engine.sql;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What one family of engines refuses; names are in upper case. Immutable.
 *
 * @param statements by how they begin
 * @param variables that are not set
 * @param tables of the engine's own that replication lives on, which are not written to
 * @param tableReason why
 * @param hints text without any of these holds nothing of the above; in lower case
 */
public record RefusalTable(
        List<Statement> statements,
        List<Variable> variables,
        Set<String> tables,
        String tableReason,
        List<String> hints) {
    /** The statement ends after the first word. */
    public static final String NOTHING = "";

    /** A string or variable follows. */
    public static final String TEXT = "'";

    /** Anything may follow. */
    public static final String ANYTHING = "*";

    /** Statements that write to tables. */
    static final Set<String> WRITING =
            Set.of("INSERT", "UPDATE", "DELETE", "REPLACE", "TRUNCATE", "DROP", "ALTER", "RENAME", "CREATE", "LOAD");

    /** Statements on accounts that must leave the operator's alone. */
    static final Set<String> ON_ACCOUNTS = Set.of("CREATE", "ALTER", "DROP", "RENAME", "GRANT", "REVOKE", "SET");

    static final String ACCOUNT_REASON = "the cluster administers its engines with that account";

    public RefusalTable {
        statements = List.copyOf(statements);
        variables = List.copyOf(variables);
        tables = Set.copyOf(tables);
        hints = List.copyOf(hints);
    }

    /**
     * A statement that begins with these words.
     *
     * @param first its first word
     * @param second any of these comes next
     */
    public record Statement(String first, Set<String> second, String reason) {
        boolean goesOnWith(String word) {
            return second.contains(word) || second.contains(ANYTHING);
        }
    }

    /** Ends what it should not. */
    public static final Statement KILL = new Statement(
            "KILL",
            Set.of(ANYTHING),
            "ids are the cluster's, and an engine's own KILL can end a commit that waits for its majority;"
                    + " send KILL [QUERY] and a number, alone");

    /**
     * A system variable that is not set.
     *
     * @param name in full, or with {@code *} at the end for all that begin so
     * @param allowed values that may be set all the same, because they are what the cluster needs
     */
    public record Variable(String name, Set<String> allowed, String reason) {
        boolean matches(String variable) {
            return name.endsWith("*")
                    ? variable.startsWith(name.substring(0, name.length() - 1))
                    : variable.equals(name);
        }
    }

    Optional<Variable> variable(String upperName) {
        return variables.stream()
                .filter(variable -> variable.matches(upperName))
                .findFirst();
    }
}
