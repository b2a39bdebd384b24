package io.shareddb.replication.engine.mysql;

import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.engine.Gtid;
import io.shareddb.replication.engine.SessionDialect;
import io.shareddb.replication.engine.sql.Quoting;
import io.shareddb.replication.engine.sql.TrackedVariables;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Client sessions on MySQL. */
final class MySqlSessionDialect implements SessionDialect {
    private static final TrackedVariables TRACKED = TrackedVariables.of(
            "autocommit",
            "character_set_client",
            "character_set_connection",
            "character_set_results",
            "time_zone",
            "sql_mode",
            "transaction_isolation",
            "sql_log_bin",
            "binlog_format",
            "gtid_next",
            "session_track_gtids");

    /** The list comes last: from there on a change of what is in it is reported, and closes the session. */
    @Override
    public String setup(Set<String> variables) {
        return "SET SESSION session_track_gtids=OWN_GTID, session_track_schema=ON, session_track_state_change=ON,"
                + " session_track_transaction_info=CHARACTERISTICS, session_track_system_variables='"
                + TRACKED.with(variables) + "'";
    }

    @Override
    public String greetingVersion(String version) {
        return version;
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

    private static String awaitPosition(String set, Duration timeout) {
        return String.format(
                Locale.ROOT,
                "SELECT WAIT_FOR_EXECUTED_GTID_SET(%s, %.3f)",
                Quoting.string(set),
                Math.max(1, timeout.toMillis()) / 1000.0); // 0 is for ever
    }

    /** The commit of a session that waits for its quorum goes on waiting, whichever of these is used. */
    @Override
    public String kill(long connectionId, boolean queryOnly) {
        return "KILL " + (queryOnly ? "QUERY " : "CONNECTION ") + Long.toUnsignedString(connectionId);
    }

    @Override
    public boolean resetForgetsCharset() {
        return true;
    }

    @Override
    public Optional<String> idleTooLong() {
        return Optional.of("The client was disconnected by the server because of inactivity."
                + " See wait_timeout and interactive_timeout for configuring this behavior.");
    }

    @Override
    public String gtidVariable() {
        return "";
    }

    @Override
    public Set<String> fencedVariables() {
        return Set.of("sql_log_bin", "binlog_format", "gtid_next", "session_track_gtids");
    }
}
