package io.shareddb.replication.engine.mysql;

import io.shareddb.replication.engine.EngineAccess;
import io.shareddb.replication.engine.sql.AdminSession;
import io.shareddb.replication.engine.sql.CopyWriter;
import io.shareddb.replication.engine.sql.Quoting;
import io.shareddb.replication.snapshot.SnapshotFrame;
import io.shareddb.replication.snapshot.SnapshotFrame.Statement.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Accounts and roles as the statements that make them again: MySQL keeps them in memory, and its tables are its own affair. Not
 * part of the data are the accounts that every server brings itself, and the operator's. Stateless.
 */
final class MySqlAccounts {
    /** Condition on a column {@code User} of {@code mysql}'s tables. */
    static final String CLIENTS =
            "`User` NOT IN ('mysql.sys','mysql.session','mysql.infoschema','" + EngineAccess.OPERATOR + "')";

    private static final String DEFAULT_ROLE = " DEFAULT ROLE ";

    private MySqlAccounts() {}

    /** Without rights, and without default roles, which need rights. The passwords keep their age. */
    static List<SnapshotFrame> accounts(AdminSession session) {
        session.execute("SET SESSION print_identified_with_as_hex=1"); // hashes are not always text
        List<SnapshotFrame> all = new ArrayList<>();
        for (Map<String, @Nullable String> row : session.rows("SELECT `User` AS u, `Host` AS h, password_expired AS e,"
                + " password_lifetime AS l, UNIX_TIMESTAMP(password_last_changed) AS c,"
                + " HEX(JSON_UNQUOTE(JSON_EXTRACT(user_attributes, '$.additional_password'))) AS second"
                + " FROM mysql.user WHERE " + CLIENTS + " ORDER BY 1, 2")) {
            String name = name(row, "u", "h");
            String changed = AdminSession.text(row, "c");
            all.add(other(name, "SET SESSION timestamp=" + (changed.isEmpty() ? "DEFAULT" : changed)));
            // The account that loads the copy is there already.
            all.add(other(
                    name,
                    "CREATE USER IF NOT EXISTS "
                            + withoutDefaultRoles(session.value("SHOW CREATE USER " + name))
                                    .substring("CREATE USER ".length())));
            String lifetime = AdminSession.text(row, "l");
            if (AdminSession.text(row, "e").equals("Y") && !lifetime.isEmpty()) { // shown is either of them
                String expires = lifetime.equals("0") ? " NEVER" : " INTERVAL " + lifetime + " DAY";
                all.add(other(name, "ALTER USER " + name + " PASSWORD EXPIRE" + expires));
            }
            secondPassword(row).ifPresent(sql -> {
                all.add(other(name, sql));
                all.add(other(name, "FLUSH PRIVILEGES"));
            });
        }
        all.add(other("time of passwords", "SET SESSION timestamp=DEFAULT"));
        return all;
    }

    /** What {@code RETAIN CURRENT PASSWORD} left; no statement takes its hash. */
    private static Optional<String> secondPassword(Map<String, @Nullable String> row) {
        String hash = AdminSession.text(row, "second");
        return hash.isEmpty()
                ? Optional.empty()
                : Optional.of("UPDATE mysql.user SET user_attributes=JSON_SET(IFNULL(user_attributes, JSON_OBJECT()),"
                        + " '$.additional_password', CONVERT(0x" + hash + " USING utf8mb4)) WHERE `User`="
                        + Quoting.string(AdminSession.text(row, "u")) + " AND `Host`="
                        + Quoting.string(AdminSession.text(row, "h")));
    }

    /** Rights, roles that were granted, and default roles; some name tables and routines. */
    static List<SnapshotFrame> grants(AdminSession session) {
        List<SnapshotFrame> all = new ArrayList<>();
        all.add(other(
                "partial_revokes", "SET GLOBAL partial_revokes=" + session.value("SELECT @@GLOBAL.partial_revokes")));
        List<SnapshotFrame> defaults = new ArrayList<>();
        for (Map<String, @Nullable String> row :
                session.rows("SELECT `User` AS u, `Host` AS h FROM mysql.user WHERE " + CLIENTS + " ORDER BY 1, 2")) {
            String name = name(row, "u", "h");
            for (Map<String, @Nullable String> grant : session.rows("SHOW GRANTS FOR " + name)) {
                all.add(grant(name, String.valueOf(grant.values().iterator().next())));
            }
            String roles = session
                    .rows("SELECT default_role_user AS u, default_role_host AS h FROM mysql.default_roles WHERE `User`="
                            + Quoting.string(AdminSession.text(row, "u")) + " AND `Host`="
                            + Quoting.string(AdminSession.text(row, "h")))
                    .stream()
                    .map(role -> name(role, "u", "h"))
                    .collect(Collectors.joining(", "));
            if (!roles.isEmpty()) {
                defaults.add(grant(name, "SET DEFAULT ROLE " + roles + " TO " + name));
            }
        }
        all.addAll(defaults);
        return all;
    }

    /** Removes all of them but the account that does it. */
    static void drop(AdminSession session) {
        for (Map<String, @Nullable String> row : session.rows("SELECT `User` AS u, `Host` AS h FROM mysql.user WHERE "
                + CLIENTS + " AND CONCAT(`User`, '@', `Host`)<>CURRENT_USER()")) {
            session.execute("DROP USER " + name(row, "u", "h"));
        }
    }

    /** What stands between the password and {@code REQUIRE}; in a name or a string the words mean nothing. */
    static String withoutDefaultRoles(String createUser) {
        int from = outsideOfQuotes(createUser, DEFAULT_ROLE, 0);
        return from < 0
                ? createUser
                : createUser.substring(0, from) + createUser.substring(outsideOfQuotes(createUser, " REQUIRE ", from));
    }

    private static int outsideOfQuotes(String sql, String words, int from) {
        char quote = 0;
        for (int i = from; i < sql.length(); i++) {
            char c = sql.charAt(i);
            if (quote != 0) {
                if (c == '\\' && quote == '\'') {
                    i++;
                } else if (c == quote) {
                    quote = 0; // a doubled one opens again at once
                }
            } else if (c == '\'' || c == '`') {
                quote = c;
            } else if (sql.startsWith(words, i)) {
                return i;
            }
        }
        return -1;
    }

    private static String name(Map<String, @Nullable String> row, String user, String host) {
        return Quoting.name(AdminSession.text(row, user)) + "@" + Quoting.name(AdminSession.text(row, host));
    }

    private static SnapshotFrame other(String name, String sql) {
        return CopyWriter.plain(Kind.OTHER, name, "", sql);
    }

    private static SnapshotFrame grant(String name, String sql) {
        return CopyWriter.plain(Kind.GRANT, "rights of " + name, "", sql);
    }
}
