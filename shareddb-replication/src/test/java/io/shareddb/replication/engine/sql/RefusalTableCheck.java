package io.shareddb.replication.engine.sql;

import io.shareddb.replication.engine.StatementPolicy;
import java.util.ArrayList;
import java.util.List;

/** Asks a policy for each entry of its table. */
public final class RefusalTableCheck {
    private RefusalTableCheck() {}

    /** Statements of the table that {@code policy} does not refuse: because no hint is in them, say. */
    public static List<String> letThrough(RefusalTable table, StatementPolicy policy) {
        List<String> examples = new ArrayList<>();
        for (RefusalTable.Statement statement : table.statements()) {
            for (String second : statement.second()) {
                String rest = second.equals(RefusalTable.TEXT) ? "'x'" : second.equals("ALL") ? "ALL SLAVES" : second;
                examples.add(statement.first() + " " + rest);
            }
        }
        for (RefusalTable.Variable variable : table.variables()) {
            examples.add("SET GLOBAL " + variable.name().replace("*", "x") + "=no_such_value");
        }
        for (String name : table.tables()) {
            examples.add("DELETE FROM mysql." + name);
        }
        examples.removeIf(sql -> policy.refuse(sql, true).isPresent());
        return examples;
    }
}
