package io.shareddb.replication.engine.external;

import io.shareddb.replication.engine.sql.AdminSession;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * An engine's global variables at one instant; one that a version does not have reads as empty.
 *
 * @param values by name in lower case
 */
public record Variables(Map<String, String> values) {
    /** Asks the engine. */
    public static Variables of(AdminSession session) {
        Map<String, String> values = new HashMap<>();
        session.rows("SHOW GLOBAL VARIABLES")
                .forEach(row -> values.put(
                        AdminSession.text(row, "variable_name").toLowerCase(Locale.ROOT),
                        AdminSession.text(row, "value")));
        return new Variables(Map.copyOf(values));
    }

    /** As the engine writes it. */
    public String text(String name) {
        return values.getOrDefault(name, "");
    }

    /** Whether it is a switch that is on. */
    public boolean on(String name) {
        return text(name).equals("ON");
    }
}
