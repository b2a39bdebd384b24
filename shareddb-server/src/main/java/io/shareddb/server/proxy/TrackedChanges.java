package io.shareddb.server.proxy;

import io.shareddb.protocol.packet.SessionChange;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which changes of its session a client wants to be told in OK packets: the {@code session_track_*} variables as the client knows
 * them. The engine's are never less than what the proxy needs. Begins with the engines' defaults. Event loop only.
 */
final class TrackedChanges {
    private static final String VARIABLES = "session_track_system_variables";
    private static final String ALL = "*";
    private static final Set<String> DEFAULT = Set.of(
            "autocommit", "character_set_client", "character_set_connection", "character_set_results", "time_zone");

    private Set<String> variables = DEFAULT;
    private boolean schema = true;
    private boolean state;
    private boolean gtids;
    private boolean transactionState;
    private boolean transactionSql;

    /** Whether {@code variable}, in lower case, is one of those that say what is tracked. */
    static boolean isAbout(String variable) {
        return variable.startsWith("session_track_");
    }

    /** Names of variables, in lower case; {@code *} for all. */
    Set<String> variables() {
        return variables;
    }

    /**
     * The client has set one of them.
     *
     * @param value what the engine has now
     * @param needed names that the proxy itself had put there: the client may have made a longer list from them
     */
    void set(String variable, String value, Set<String> needed) {
        boolean on = value.equals("1") || value.equalsIgnoreCase("ON");
        switch (variable) {
            case VARIABLES -> {
                Set<String> names = namesIn(value);
                if (names.containsAll(needed)) {
                    names.removeIf(name -> needed.contains(name) && !variables.contains(name));
                }
                variables = Set.copyOf(names);
            }
            case "session_track_schema" -> schema = on;
            case "session_track_state_change" -> state = on;
            case "session_track_gtids" -> gtids = !value.equals("OFF");
            case "session_track_transaction_info" -> {
                transactionState = !value.equals("OFF");
                transactionSql = value.equals("CHARACTERISTICS");
            }
            default -> {}
        }
    }

    /** The names in a value of {@code session_track_system_variables}; changeable. */
    static Set<String> namesIn(String value) {
        Set<String> names = new TreeSet<>();
        for (String name : value.split(",", -1)) {
            if (!name.isBlank()) {
                names.add(name.strip().toLowerCase(Locale.ROOT));
            }
        }
        return names;
    }

    /** Those of {@code changes} that the client wants; the same list if it wants all. */
    List<SessionChange> shown(List<SessionChange> changes) {
        for (SessionChange change : changes) {
            if (!shows(change)) {
                return changes.stream().filter(this::shows).toList();
            }
        }
        return changes;
    }

    private boolean shows(SessionChange change) {
        if (change instanceof SessionChange.SystemVariable variable) {
            return variables.contains(variable.name())
                    || variables.contains(ALL)
                    || variable.name().equals(Exchange.SEQ);
        } else if (change instanceof SessionChange.Schema) {
            return schema;
        } else if (change instanceof SessionChange.StateChange) {
            return state;
        } else if (change instanceof SessionChange.Gtids) {
            return gtids;
        } else if (change instanceof SessionChange.TransactionState) {
            return transactionState;
        } else if (change instanceof SessionChange.TransactionCharacteristics) {
            return transactionSql;
        }
        return true;
    }
}
