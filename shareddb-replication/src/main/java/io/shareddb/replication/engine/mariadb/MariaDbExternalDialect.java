package io.shareddb.replication.engine.mariadb;

import io.shareddb.replication.engine.Credentials;
import io.shareddb.replication.engine.EngineFamily;
import io.shareddb.replication.engine.external.ExternalDialect;
import io.shareddb.replication.engine.external.OperatorAccount;
import io.shareddb.replication.engine.external.Variables;
import io.shareddb.replication.engine.sql.AdminSession;
import io.shareddb.replication.engine.sql.Sessions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** MariaDB that somebody else runs. */
public final class MariaDbExternalDialect implements ExternalDialect {
    /** What a managed engine has on its command line and can be set while the applier does not run. */
    private static final List<String> SETTINGS = List.of(
            "slave_exec_mode=STRICT",
            "slave_run_triggers_for_rbr=NO",
            "slave_parallel_mode=optimistic",
            "slave_net_timeout=10",
            "slave_max_allowed_packet=1073741824",
            "binlog_checksum=CRC32",
            "log_bin_trust_function_creators=1");

    private static final List<String> FILTERS = List.of(
            "binlog_do_db",
            "binlog_ignore_db",
            "replicate_do_db",
            "replicate_ignore_db",
            "replicate_do_table",
            "replicate_ignore_table",
            "replicate_wild_do_table",
            "replicate_wild_ignore_table",
            "replicate_rewrite_db");

    @Override
    public boolean speaks(String version) {
        return version.contains("MariaDB");
    }

    @Override
    public EngineFamily family() {
        return new MariaDbFamily();
    }

    @Override
    public String configuration() {
        return "[mariadb] log_bin, init_rpl_role=SLAVE, skip_slave_start, read_only=1";
    }

    @Override
    public List<String> problems(AdminSession session) {
        List<String> problems = new ArrayList<>();
        Variables variables = Variables.of(session);
        if (session.rows("SHOW GRANTS").stream()
                .flatMap(row -> row.values().stream())
                .noneMatch(grant -> grant != null
                        && grant.startsWith("GRANT ALL PRIVILEGES ON *.*")
                        && grant.endsWith("WITH GRANT OPTION"))) {
            problems.add("the account lacks privileges (expected: GRANT ALL PRIVILEGES ON *.* TO "
                    + session.value("SELECT CURRENT_USER()") + " WITH GRANT OPTION)");
            return problems;
        }
        if (!session.value("SELECT VERSION()").matches("(10\\.([6-9]|[1-9]\\d)|1[1-9]|[2-9]\\d)\\..*")) {
            problems.add("its version is " + session.value("SELECT VERSION()") + " (expected: 10.6 or newer)");
        }
        if (!variables.on("log_bin")) {
            problems.add("log_bin is OFF (add the line: log_bin)");
        }
        if (variables.on("log_slave_updates")) {
            problems.add("log_slave_updates is ON (add the line: log_slave_updates=0)");
        }
        if (variables.on("wsrep_on")) {
            problems.add("it is part of a Galera cluster (add the line: wsrep_on=0)");
        }
        if (!variables.text("gtid_domain_id").equals("0")) {
            problems.add("gtid_domain_id is " + variables.text("gtid_domain_id") + " (add the line: gtid_domain_id=0)");
        }
        if (!variables.text("slave_skip_errors").equals("OFF")) {
            problems.add("slave_skip_errors is " + variables.text("slave_skip_errors")
                    + " (remove it: followers must apply everything)");
        }
        for (String filter : FILTERS) {
            if (!variables.text(filter).isEmpty()) {
                problems.add(filter + " is " + variables.text(filter) + " (remove it: nothing may be left out)");
            }
        }
        for (Map<String, @Nullable String> slave : session.rows("SHOW ALL SLAVES STATUS")) {
            if (!AdminSession.text(slave, "connection_name").isEmpty()
                    || !AdminSession.text(slave, "master_user").startsWith("relay-")) {
                problems.add("it replicates from " + AdminSession.text(slave, "master_host") + ":"
                        + AdminSession.text(slave, "master_port")
                        + " (execute: STOP ALL SLAVES; RESET SLAVE ALL for each of its connections)");
            }
        }
        domains(session, problems);
        String engine = session.value("SELECT engine FROM information_schema.tables"
                + " WHERE table_schema='mysql' AND table_name='gtid_slave_pos'");
        if (!engine.equalsIgnoreCase("InnoDB")) {
            problems.add("mysql.gtid_slave_pos is in " + engine
                    + " (execute: SET sql_log_bin=0; ALTER TABLE mysql.gtid_slave_pos ENGINE=InnoDB)");
        }
        return problems;
    }

    private static void domains(AdminSession session, List<String> problems) {
        for (String name : List.of("gtid_slave_pos", "gtid_binlog_pos")) {
            String position = session.value("SELECT @@GLOBAL." + name);
            if (position.contains(",") || !(position.isEmpty() || position.startsWith("0-"))) {
                problems.add(name + " is " + position + ", not of GTID domain 0 alone (execute, where nobody else"
                        + " replicates from it: RESET MASTER; SET GLOBAL gtid_slave_pos='')");
            }
        }
    }

    @Override
    public void release(AdminSession session) {
        session.execute("SET GLOBAL event_scheduler=OFF");
        Sessions.end(session, "(" + Sessions.CLIENTS + ") OR " + Sessions.OPERATORS);
        session.execute("SET GLOBAL rpl_semi_sync_master_enabled=0");
        session.execute("SET SESSION max_statement_time=20");
        session.execute("SET GLOBAL read_only=1");
    }

    @Override
    public void beginSetup(AdminSession session) {
        session.execute("SET SESSION sql_log_bin=0");
    }

    @Override
    public void set(AdminSession session) {
        session.execute("STOP SLAVE");
        SETTINGS.forEach(setting -> session.execute("SET GLOBAL " + setting));
    }

    @Override
    public void forgetHistory(AdminSession session) {
        session.execute("RESET SLAVE ALL");
        session.execute("RESET MASTER");
        session.execute("SET GLOBAL gtid_slave_pos=''");
    }

    @Override
    public void beginHistory(AdminSession session, String cluster) {
        session.execute("SET GLOBAL gtid_slave_pos='0-" + ServerIds.FOLLOWER + "-1'");
    }

    @Override
    public void makeOperator(AdminSession session, Credentials operator, String host) {
        OperatorAccount.dropAll(session);
        OperatorAccount.execute(
                session, "CREATE USER ", host, " IDENTIFIED VIA mysql_native_password USING PASSWORD(", operator, ")");
        OperatorAccount.grant(session, host);
    }

    @Override
    public void endSetup(AdminSession session) {}
}
