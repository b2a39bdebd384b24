package io.shareddb.replication.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.shareddb.replication.engine.Credentials;
import io.shareddb.replication.engine.TestConnections;
import io.shareddb.replication.engine.TestEngine;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Accounts with everything that MySQL knows of them. Stateless. */
final class MySqlAccountSample {
    /** For a leader with the tables of {@link SnapshotIT}. */
    static final String[] STATEMENTS = {
        "SET GLOBAL partial_revokes=ON",
        "CREATE ROLE writer",
        "GRANT INSERT ON `shop`.* TO writer",
        "GRANT reader TO writer",
        "CREATE USER `a'odd``name`@'10.%' IDENTIFIED BY 'a' REQUIRE SUBJECT '/CN=x' WITH MAX_QUERIES_PER_HOUR 5"
                + " PASSWORD HISTORY 3 PASSWORD EXPIRE INTERVAL 90 DAY FAILED_LOGIN_ATTEMPTS 3 PASSWORD_LOCK_TIME 2"
                + " ATTRIBUTE '{\"a\": \"it''s DEFAULT ROLE `x`@`y` REQUIRE\"}'",
        "GRANT reader, writer TO `a'odd``name`@'10.%' WITH ADMIN OPTION",
        "SET DEFAULT ROLE reader, writer TO `a'odd``name`@'10.%'",
        "ALTER USER `a'odd``name`@'10.%' IDENTIFIED BY 'b'",
        "ALTER USER `a'odd``name`@'10.%' PASSWORD EXPIRE ACCOUNT LOCK",
        "CREATE USER twin@'%' IDENTIFIED BY 'old'",
        "ALTER USER twin@'%' IDENTIFIED BY 'new' RETAIN CURRENT PASSWORD",
        "GRANT SELECT, CREATE USER ON *.* TO twin@'%'",
        "REVOKE SELECT ON mysql.* FROM twin@'%'",
        "GRANT BACKUP_ADMIN ON *.* TO twin@'%' WITH GRANT OPTION",
        "GRANT SELECT (id), INSERT (id, v), DELETE ON shop.t TO twin@'%' WITH GRANT OPTION",
        "GRANT EXECUTE ON FUNCTION shop.twice TO twin@'%'",
        "GRANT UPDATE ON shop.w TO twin@'%'",
        "GRANT PROXY ON clerk@'%' TO twin@'%'",
        "CREATE TABLE shop.gone(i INT, j INT)",
        "GRANT SELECT (i), UPDATE ON shop.gone TO twin@'%'",
        "DROP TABLE shop.gone",
        "CREATE USER ''@localhost"
    };

    /** {@code root} is made on each engine by itself, with a salt of its own. */
    private static final String CLIENTS = " WHERE User NOT IN"
            + " ('mysql.sys','mysql.session','mysql.infoschema','shareddb_operator','root') ORDER BY User, Host";

    private static final List<String> QUERIES = List.of(
            "SELECT * FROM mysql.user" + CLIENTS,
            "SELECT * FROM mysql.db" + CLIENTS + ", Db",
            "SELECT User, Host, Db, Table_name, Table_priv, Column_priv FROM mysql.tables_priv" + CLIENTS + ", 3, 4",
            "SELECT User, Host, Db, Table_name, Column_name, Column_priv FROM mysql.columns_priv" + CLIENTS
                    + ", 3, 4, 5",
            "SELECT User, Host, Db, Routine_name, Routine_type, Proc_priv FROM mysql.procs_priv" + CLIENTS + ", 3, 4",
            "SELECT User, Host, Proxied_user, Proxied_host, With_grant FROM mysql.proxies_priv" + CLIENTS + ", 3, 4",
            "SELECT * FROM mysql.global_grants" + CLIENTS + ", 3",
            "SELECT * FROM mysql.password_history" + CLIENTS + ", 3",
            "SELECT * FROM mysql.default_roles" + CLIENTS + ", 3, 4",
            "SELECT * FROM mysql.role_edges ORDER BY 1, 2, 3, 4",
            "SELECT @@GLOBAL.partial_revokes");

    private MySqlAccountSample() {}

    /** All rows about clients' accounts. */
    static List<List<@Nullable String>> content(TestEngine engine) throws SQLException {
        List<List<@Nullable String>> content = new ArrayList<>();
        for (String query : QUERIES) {
            List<List<@Nullable String>> rows = engine.query(query);
            assertThat(rows).as(query).isNotEmpty();
            content.addAll(rows);
        }
        return content;
    }

    /** Both passwords of an account are good. */
    static void assertLogins(TestEngine engine) throws SQLException {
        for (String password : List.of("old", "new")) {
            try (Connection connection = TestConnections.of(
                            "127.0.0.1", engine.port(), new Credentials("twin", password))
                    .getConnection()) {
                assertThat(connection.isValid(5)).isTrue();
            }
        }
    }
}
