package io.shareddb.replication.engine.mariadb;

import io.shareddb.replication.engine.sql.AdminSession;
import io.shareddb.replication.engine.sql.Columns;
import io.shareddb.replication.engine.sql.Quoting;
import io.shareddb.replication.engine.sql.TableName;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which columns of a table are copied: those that are not generated, and the periods of its history. */
final class MariaDbColumns {
    private MariaDbColumns() {}

    static Columns of(AdminSession session, TableName table) {
        Columns.Builder columns = new Columns.Builder();
        boolean periods = false;
        for (Map<String, @Nullable String> row :
                session.rows("SELECT column_name, data_type, is_generated, generation_expression FROM"
                        + " information_schema.columns WHERE table_schema=" + Quoting.string(table.database())
                        + " AND table_name=" + Quoting.string(table.name()) + " ORDER BY ordinal_position")) {
            boolean period = AdminSession.text(row, "generation_expression")
                    .toUpperCase(Locale.ROOT)
                    .matches("ROW (START|END)");
            periods |= period;
            if (period || !AdminSession.text(row, "is_generated").equals("ALWAYS")) {
                columns.add(Quoting.name(AdminSession.text(row, "column_name")), AdminSession.text(row, "data_type"));
            }
        }
        if (table.type().equals("SYSTEM VERSIONED") && !periods) {
            List.of("row_start", "row_end").forEach(hidden -> columns.add(hidden, "timestamp"));
        }
        return columns.build();
    }
}
