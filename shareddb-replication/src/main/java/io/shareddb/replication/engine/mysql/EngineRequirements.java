package io.shareddb.replication.engine.mysql;

import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.engine.sql.AdminSession;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What every role needs of a MySQL server: options of its start are checked, the rest is set and kept for the next start. A server
 * with nothing but its defaults can be made ready while it runs; on one that was started with the right options nothing changes.
 */
final class EngineRequirements {
    private static final Logger log = LoggerFactory.getLogger(EngineRequirements.class);
    private static final Pattern VERSION = Pattern.compile("^(\\d+)\\.(\\d+)\\.(\\d+)");
    private static final int ANONYMOUS_POLLS = 100;
    private static final int ANONYMOUS_POLL_MILLIS = 100;

    /** A setting and its value as {@code SELECT} shows it. */
    private record Setting(String name, String value) {
        String sql() {
            return name + "=" + (value.matches("\\d+") ? value : "'" + value + "'");
        }
    }

    private static final List<Setting> SETTINGS = List.of(
            new Setting("binlog_format", "ROW"),
            new Setting("binlog_row_image", "FULL"),
            new Setting("binlog_row_metadata", "FULL"),
            new Setting("binlog_checksum", "CRC32"),
            new Setting("replica_preserve_commit_order", "1"));

    private static final List<Setting> SEMI_SYNC = List.of(
            new Setting("rpl_semi_sync_source_timeout", "18446744073709551615"),
            new Setting("rpl_semi_sync_source_wait_point", "AFTER_SYNC"),
            new Setting("rpl_semi_sync_source_wait_no_replica", "1"),
            new Setting("rpl_semi_sync_source_wait_for_replica_count", "1"));

    /** Of the next start: quiet until we have compared, and nothing half received is applied. */
    private static final List<Setting> NEXT_START =
            List.of(new Setting("skip_replica_start", "1"), new Setting("relay_log_recovery", "1"));

    private EngineRequirements() {}

    static void check(AdminSession session) {
        String version = session.value("SELECT VERSION()");
        Matcher numbers = VERSION.matcher(version);
        if (version.contains("MariaDB") || !numbers.find() || !atLeast8026(numbers)) {
            throw new EngineException("the engine is '" + version + "' (expected: MySQL 8.0.26 or newer)");
        }
        List<String> problems = new ArrayList<>();
        if (!session.value("SELECT @@GLOBAL.log_bin").equals("1")) {
            problems.add("log_bin is OFF (expected: started without --skip-log-bin)");
        }
        if (session.value("SELECT @@GLOBAL.server_id").equals(Long.toString(MySqlRelayDialect.SERVER_ID))
                || session.value("SELECT @@GLOBAL.server_id").equals("0")) {
            problems.add("server_id is " + session.value("SELECT @@GLOBAL.server_id")
                    + " (expected: neither 0 nor the relay's)");
        }
        if (!problems.isEmpty()) {
            throw new EngineException("the engine cannot be used: " + String.join("; ", problems));
        }
    }

    private static boolean atLeast8026(Matcher version) {
        int major = Integer.parseInt(version.group(1));
        int minor = Integer.parseInt(version.group(2));
        return major > 8 || (major == 8 && (minor > 0 || Integer.parseInt(version.group(3)) >= 26));
    }

    /** The engine does not follow, and is read-only but for administrators. */
    static void apply(AdminSession session) {
        installSemiSync(session);
        gtids(session);
        SETTINGS.forEach(setting -> persist(session, setting));
        SEMI_SYNC.forEach(setting -> persist(session, setting));
        for (Setting setting : NEXT_START) {
            if (!session.value("SELECT @@GLOBAL." + setting.name()).equals(setting.value())) {
                session.execute("SET PERSIST_ONLY " + setting.sql());
            }
        }
    }

    private static void persist(AdminSession session, Setting setting) {
        if (!session.value("SELECT @@GLOBAL." + setting.name()).equals(setting.value())) {
            log.info("sets {} for good", setting.sql());
            session.execute("SET PERSIST " + setting.sql());
        }
    }

    private static void installSemiSync(AdminSession session) {
        boolean installed = session.row("SELECT 1 FROM information_schema.plugins"
                        + " WHERE plugin_name='rpl_semi_sync_source' AND plugin_status='ACTIVE'")
                .isPresent();
        if (installed) {
            return;
        }
        boolean readOnly = session.value("SELECT @@GLOBAL.super_read_only").equals("1");
        session.execute("SET SESSION sql_log_bin=0");
        try {
            if (readOnly) {
                session.execute("SET GLOBAL super_read_only=0");
            }
            session.execute("INSTALL PLUGIN rpl_semi_sync_source SONAME 'semisync_source.so'");
        } finally {
            if (readOnly) {
                session.execute("SET GLOBAL super_read_only=1");
            }
            session.execute("SET SESSION sql_log_bin=1");
        }
    }

    /** One step at a time, as the server wants it; what is done already is not done again. */
    static void gtids(AdminSession session) {
        if (!session.value("SELECT @@GLOBAL.enforce_gtid_consistency").equals("ON")) {
            session.execute("SET PERSIST enforce_gtid_consistency=WARN");
            session.execute("SET PERSIST enforce_gtid_consistency=ON");
        }
        List<String> steps = List.of("OFF", "OFF_PERMISSIVE", "ON_PERMISSIVE", "ON");
        int at = steps.indexOf(session.value("SELECT @@GLOBAL.gtid_mode"));
        for (int step = at + 1; step < steps.size(); step++) {
            if (steps.get(step).equals("ON")) {
                awaitNoAnonymous(session);
            }
            session.execute("SET PERSIST gtid_mode=" + steps.get(step));
        }
    }

    private static void awaitNoAnonymous(AdminSession session) {
        for (int poll = 0; poll < ANONYMOUS_POLLS; poll++) {
            String open = session.row("SHOW STATUS LIKE 'Ongoing_anonymous_transaction_count'")
                    .map(row -> AdminSession.text(row, "value"))
                    .orElse("0");
            if (open.equals("0")) {
                return;
            }
            session.execute("DO SLEEP(" + ANONYMOUS_POLL_MILLIS / 1000.0 + ")");
        }
        throw new EngineException("transactions without GTID are open for more than "
                + ANONYMOUS_POLLS * ANONYMOUS_POLL_MILLIS / 1000 + "s: end them, then gtid_mode can be switched on");
    }
}
