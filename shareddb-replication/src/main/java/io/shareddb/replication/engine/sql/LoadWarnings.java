package io.shareddb.replication.engine.sql;

import io.shareddb.replication.snapshot.SnapshotFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells warnings of a load that mean that a value is not what it was from those that mean nothing: the engine warns of an {@code ENUM}
 * that holds no label, and of whatever a generated column's expression finds. Stateless.
 */
final class LoadWarnings {
    private static final String DATA_TRUNCATED = "1265";

    /** Too few or too many values in a row; a duplicate key, with or without its name. */
    private static final Set<String> ROW_LOST = Set.of("1261", "1262", "1062", "1586");

    private LoadWarnings() {}

    /** Those that matter, for people. */
    static List<String> harmful(SnapshotFrame.Table table, List<List<@Nullable String>> warnings) {
        List<String> harmful = new ArrayList<>();
        for (List<@Nullable String> warning : warnings) {
            String code = String.valueOf(warning.get(1));
            String message = String.valueOf(warning.get(2));
            if (ROW_LOST.contains(code) || changesValue(table, code, message)) {
                harmful.add(code + " " + message);
            }
        }
        return harmful;
    }

    private static boolean changesValue(SnapshotFrame.Table table, String code, String message) {
        for (int i = 0; i < table.columns().size(); i++) {
            String quoted = table.columns().get(i);
            String name = quoted.startsWith("`")
                    ? quoted.substring(1, quoted.length() - 1).replace("``", "`")
                    : quoted;
            boolean named = message.contains("'" + name + "'") || message.contains("`" + name + "`");
            boolean noLabel =
                    code.equals(DATA_TRUNCATED) && !table.loads().get(i).isEmpty();
            if (named && !noLabel) {
                return true;
            }
        }
        return false;
    }
}
