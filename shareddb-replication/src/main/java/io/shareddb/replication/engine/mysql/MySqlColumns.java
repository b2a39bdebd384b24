package io.shareddb.replication.engine.mysql;

import io.shareddb.replication.engine.sql.AdminSession;
import io.shareddb.replication.engine.sql.Columns;
import io.shareddb.replication.engine.sql.Quoting;
import io.shareddb.replication.engine.sql.TableName;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which columns of a table are copied: those that are not generated. */
final class MySqlColumns {
    private MySqlColumns() {}

    static Columns of(AdminSession session, TableName table) {
        Columns.Builder columns = new Columns.Builder();
        for (Map<String, @Nullable String> row :
                session.rows("SELECT column_name AS n, data_type AS t, generation_expression AS g FROM"
                        + " information_schema.columns WHERE table_schema=" + Quoting.string(table.database())
                        + " AND table_name=" + Quoting.string(table.name()) + " ORDER BY ordinal_position")) {
            if (AdminSession.text(row, "g").isEmpty()) {
                columns.add(Quoting.name(AdminSession.text(row, "n")), AdminSession.text(row, "t"));
            }
        }
        return columns.build();
    }
}
