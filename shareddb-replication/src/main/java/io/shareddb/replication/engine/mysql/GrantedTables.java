package io.shareddb.replication.engine.mysql;

import io.shareddb.replication.engine.sql.AdminSession;
import io.shareddb.replication.engine.sql.Content;
import io.shareddb.replication.engine.sql.CopyWriter;
import io.shareddb.replication.engine.sql.Quoting;
import io.shareddb.replication.snapshot.SnapshotFrame;
import io.shareddb.replication.snapshot.SnapshotFrame.Statement.Kind;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Tables that were dropped while somebody still has rights on them, which hold again when there is such a table again. {@code GRANT}
 * asks for the table, so it is made for as long as a copy's grants are loaded.
 *
 * @param make before the grants
 * @param drop after them
 */
record GrantedTables(List<SnapshotFrame> make, List<SnapshotFrame> drop) {
    GrantedTables {
        make = List.copyOf(make);
        drop = List.copyOf(drop);
    }

    static GrantedTables of(AdminSession session) {
        List<SnapshotFrame> make = new ArrayList<>();
        List<SnapshotFrame> drop = new ArrayList<>();
        Set<String> databases = new LinkedHashSet<>(Content.databases(session));
        for (Map<String, @Nullable String> row :
                session.rows("SELECT DISTINCT p.Db AS d, p.Table_name AS t FROM mysql.tables_priv p LEFT JOIN"
                        + " information_schema.tables i ON i.table_schema=p.Db AND i.table_name=p.Table_name"
                        + " WHERE i.table_name IS NULL AND p." + MySqlAccounts.CLIENTS + " AND p.Db NOT IN "
                        + Content.SYSTEM + " ORDER BY 1, 2")) {
            String database = Quoting.name(AdminSession.text(row, "d"));
            String table = database + "." + Quoting.name(AdminSession.text(row, "t"));
            if (databases.add(AdminSession.text(row, "d"))) {
                make.add(statement("CREATE DATABASE " + database, database));
                drop.add(statement("DROP DATABASE " + database, database));
            }
            make.add(statement("CREATE TABLE " + table + " (" + columns(session, row) + ")", table));
            drop.add(0, statement("DROP TABLE " + table, table));
        }
        return new GrantedTables(make, drop);
    }

    private static String columns(AdminSession session, Map<String, @Nullable String> table) {
        String columns = session
                .rows("SELECT DISTINCT Column_name AS c FROM mysql.columns_priv WHERE Db="
                        + Quoting.string(AdminSession.text(table, "d")) + " AND Table_name="
                        + Quoting.string(AdminSession.text(table, "t")))
                .stream()
                .map(row -> Quoting.name(AdminSession.text(row, "c")) + " INT")
                .collect(Collectors.joining(", "));
        return columns.isEmpty() ? "none INT" : columns;
    }

    private static SnapshotFrame statement(String sql, String name) {
        return CopyWriter.plain(Kind.OTHER, name, "", sql);
    }
}
