package io.shareddb.replication.engine.mysql;

import io.shareddb.replication.engine.Credentials;
import io.shareddb.replication.engine.EngineFamily;
import io.shareddb.replication.engine.external.ExternalDialect;
import io.shareddb.replication.engine.external.OperatorAccount;
import io.shareddb.replication.engine.external.Variables;
import io.shareddb.replication.engine.sql.AdminSession;
import io.shareddb.replication.engine.sql.Quoting;
import io.shareddb.replication.engine.sql.Sessions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** MySQL that somebody else runs: nearly everything can be set while it runs, and {@code prepare} of its engine does so. */
public final class MySqlExternalDialect implements ExternalDialect {
    private static final List<String> SETTINGS =
            List.of("replica_exec_mode=STRICT", "replica_net_timeout=10", "log_bin_trust_function_creators=1");

    @Override
    public boolean speaks(String version) {
        return !version.contains("MariaDB");
    }

    @Override
    public EngineFamily family() {
        return new MySqlFamily();
    }

    @Override
    public String configuration() {
        return "[mysqld] nothing: its defaults will do, log_bin must not be switched off";
    }

    @Override
    public List<String> problems(AdminSession session) {
        List<String> problems = new ArrayList<>();
        Variables variables = Variables.of(session);
        if (session.rows("SHOW GRANTS").stream()
                .flatMap(row -> row.values().stream())
                .noneMatch(grant -> grant != null
                        && grant.contains(" ON *.* ")
                        && grant.contains("SUPER")
                        && grant.contains("CREATE USER")
                        && grant.endsWith("WITH GRANT OPTION"))) {
            problems.add("the account lacks privileges (expected: GRANT ALL PRIVILEGES ON *.* TO "
                    + session.value("SELECT CURRENT_USER()") + " WITH GRANT OPTION)");
            return problems;
        }
        if (!variables.on("log_bin")) {
            problems.add("log_bin is OFF (remove the line skip_log_bin or disable_log_bin)");
        }
        if (variables.text("server_id").equals("0")) {
            problems.add("server_id is 0 (add the line: server_id=1)");
        }
        if (!variables.text("replica_skip_errors").matches("OFF|")) {
            problems.add("replica_skip_errors is " + variables.text("replica_skip_errors")
                    + " (remove it: followers must apply everything)");
        }
        if (variables.text("replica_parallel_type").equals("DATABASE")) {
            problems.add("replica_parallel_type is DATABASE (add the line: replica_parallel_type=LOGICAL_CLOCK)");
        }
        for (Map<String, @Nullable String> replica : session.rows("SHOW REPLICA STATUS")) {
            if (!AdminSession.text(replica, "channel_name").isEmpty()
                    || !AdminSession.text(replica, "source_user").matches("relay-.*|")) {
                problems.add("it replicates from " + AdminSession.text(replica, "source_host") + ":"
                        + AdminSession.text(replica, "source_port") + " (execute: STOP REPLICA; RESET REPLICA ALL)");
            }
        }
        return problems;
    }

    @Override
    public void release(AdminSession session) {
        session.execute("SET GLOBAL event_scheduler=OFF");
        Sessions.end(session, "(" + Sessions.CLIENTS + ") OR " + Sessions.OPERATORS);
        if (session.row("SHOW GLOBAL VARIABLES LIKE 'rpl_semi_sync_source_enabled'")
                .isPresent()) {
            session.execute("SET GLOBAL rpl_semi_sync_source_enabled=0");
        }
        session.execute("SET SESSION lock_wait_timeout=20");
        session.execute("SET GLOBAL super_read_only=1");
    }

    @Override
    public void beginSetup(AdminSession session) {
        session.execute("SET SESSION sql_log_bin=0");
        session.execute("SET GLOBAL super_read_only=0"); // read_only stays
    }

    @Override
    public void set(AdminSession session) {
        session.execute("STOP REPLICA");
        SETTINGS.forEach(setting -> session.execute("SET GLOBAL " + setting));
    }

    @Override
    public void forgetHistory(AdminSession session) {
        session.execute("RESET REPLICA ALL");
        session.execute(
                session.value("SELECT VERSION()").matches("8\\.[01]\\..*")
                        ? "RESET MASTER"
                        : "RESET BINARY LOGS AND GTIDS");
    }

    @Override
    public void beginHistory(AdminSession session, String cluster) {
        EngineRequirements.gtids(session);
        UUID source = UUID.nameUUIDFromBytes(cluster.getBytes(StandardCharsets.UTF_8));
        session.execute("SET GLOBAL gtid_purged=" + Quoting.string(source + ":1"));
    }

    @Override
    public void makeOperator(AdminSession session, Credentials operator, String host) {
        OperatorAccount.dropAll(session);
        OperatorAccount.execute(
                session, "CREATE USER ", host, " IDENTIFIED WITH caching_sha2_password BY ", operator, "");
        OperatorAccount.grant(session, host);
        // To hand on to the accounts of a copy the right to stand in for others: not one of ALL, and the account that
        // is used here
        // may have all of those without this one.
        session.execute("REPLACE INTO mysql.proxies_priv (host, user, proxied_host, proxied_user, with_grant, grantor)"
                + " VALUES (" + Quoting.string(host) + ", " + Quoting.string(operator.user()) + ", '', '', 1, '')");
        session.execute("FLUSH PRIVILEGES");
    }

    @Override
    public void endSetup(AdminSession session) {
        session.execute("SET GLOBAL super_read_only=1");
    }
}
