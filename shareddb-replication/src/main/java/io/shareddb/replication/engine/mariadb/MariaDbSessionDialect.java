package io.shareddb.replication.engine.mariadb;

import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.engine.Gtid;
import io.shareddb.replication.engine.SessionDialect;
import io.shareddb.replication.engine.sql.Quoting;
import io.shareddb.replication.engine.sql.TrackedVariables;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Client sessions on MariaDB. */
final class MariaDbSessionDialect implements SessionDialect {
    private static final TrackedVariables TRACKED = TrackedVariables.of(
            "autocommit",
            "character_set_client",
            "character_set_connection",
            "character_set_results",
            "time_zone",
            "sql_mode",
            "tx_isolation",
            "last_gtid",
            "sql_log_bin",
            "binlog_format");

    @Override
    public String setup(Set<String> variables) {
        return "SET SESSION session_track_system_variables='" + TRACKED.with(variables)
                + "', session_track_schema=1, session_track_state_change=1,"
                + " session_track_transaction_info='CHARACTERISTICS'";
    }

    /** Before 11.0 it passes for an old MySQL, so that drivers of MySQL do not ask for what only newer ones have. */
    @Override
    public String greetingVersion(String version) {
        return version.startsWith("10.") ? "5.5.5-" + version : version;
    }

    @Override
    public Set<String> trackedVariables() {
        return Set.copyOf(TRACKED.names());
    }

    @Override
    public String awaitApplied(Gtid gtid, Duration timeout) {
        return awaitPosition(gtid.text(), timeout);
    }

    @Override
    public String awaitApplied(EnginePosition position, Duration timeout) {
        return awaitPosition(position.text(), timeout);
    }

    private static String awaitPosition(String position, Duration timeout) {
        return String.format(
                Locale.ROOT,
                "SELECT MASTER_GTID_WAIT(%s, %.3f)",
                Quoting.string(position),
                Math.max(0, timeout.toMillis()) / 1000.0);
    }

    /** A hard KILL would commit what waits for its quorum and, for a statement, even report success. */
    @Override
    public String kill(long connectionId, boolean queryOnly) {
        return "KILL SOFT " + (queryOnly ? "QUERY " : "CONNECTION ") + Long.toUnsignedString(connectionId);
    }

    @Override
    public boolean resetForgetsCharset() {
        return false;
    }

    @Override
    public Optional<String> idleTooLong() {
        return Optional.empty();
    }

    @Override
    public String gtidVariable() {
        return "last_gtid";
    }

    @Override
    public Set<String> fencedVariables() {
        return Set.of("sql_log_bin", "binlog_format");
    }
}
