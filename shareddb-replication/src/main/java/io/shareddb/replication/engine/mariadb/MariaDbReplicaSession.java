package io.shareddb.replication.engine.mariadb;

import io.netty.buffer.ByteBuf;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.engine.ReplicaSession;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What MariaDB's I/O thread asks before the dump. */
final class MariaDbReplicaSession implements ReplicaSession {
    private static final int COM_BINLOG_DUMP = 0x12;
    private static final Pattern CONNECT_STATE = Pattern.compile("@slave_connect_state\\s*=\\s*'([^']*)'");
    private static final Pattern HEARTBEAT = Pattern.compile("@master_heartbeat_period\\s*=\\s*(\\d+)");

    private @Nullable String connectState;
    private long heartbeatNanos;

    @Override
    public Reply query(String sql) {
        String text = sql.strip();
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.startsWith("set ")) {
            remember(text);
            return new Done();
        }
        if (lower.equals("select unix_timestamp()")) {
            return row("UNIX_TIMESTAMP()", Long.toString(System.currentTimeMillis() / 1000));
        }
        if (lower.equals("select @master_binlog_checksum")) {
            return row("@master_binlog_checksum", "CRC32");
        }
        if (lower.equals("select @@global.gtid_domain_id")) {
            return row("@@GLOBAL.gtid_domain_id", "0");
        }
        if (lower.startsWith("show variables like 'server_id'")) {
            return variable("server_id", Long.toString(MariaDbRelayDialect.SERVER_ID));
        }
        if (lower.startsWith("show variables like 'rpl_semi_sync_master_enabled'")) {
            return variable("rpl_semi_sync_master_enabled", "OFF");
        }
        return new Refused(1193, "This is a binlog server; it does not know: " + text);
    }

    private void remember(String text) {
        Matcher state = CONNECT_STATE.matcher(text);
        if (state.find()) {
            connectState = state.group(1);
        }
        Matcher period = HEARTBEAT.matcher(text);
        if (period.find()) {
            heartbeatNanos = Long.parseLong(period.group(1));
        }
    }

    private static Row row(String column, String value) {
        return new Row(List.of(column), List.of(value));
    }

    private static Row variable(String name, String value) {
        return new Row(List.of("Variable_name", "Value"), List.of(name, value));
    }

    @Override
    public boolean isDump(ByteBuf command) {
        return command.isReadable() && command.getByte(command.readerIndex()) == COM_BINLOG_DUMP;
    }

    @Override
    public EnginePosition position(ByteBuf command) {
        if (connectState == null) {
            throw new IllegalArgumentException("the replica does not use GTIDs (expected: MASTER_USE_GTID=slave_pos)");
        }
        return MariaDbPosition.parse(connectState);
    }

    @Override
    public Duration heartbeat() {
        return Duration.ofNanos(heartbeatNanos);
    }
}
