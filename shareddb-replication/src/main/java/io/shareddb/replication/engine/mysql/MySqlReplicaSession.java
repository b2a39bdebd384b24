package io.shareddb.replication.engine.mysql;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.capability.Capabilities;
import io.shareddb.protocol.command.ComBinlogDumpGtid;
import io.shareddb.protocol.command.Command;
import io.shareddb.protocol.command.CommandCode;
import io.shareddb.protocol.wire.MalformedPacketException;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.engine.ReplicaSession;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What MySQL's I/O thread asks before the dump; which variable it names depends on its version. */
final class MySqlReplicaSession implements ReplicaSession {
    /** Ours, the same on every node, and no engine's. */
    private static final String SERVER_UUID = "5ba4eddb-0000-4000-8000-000000000002";

    private static final Pattern HEARTBEAT = Pattern.compile("@(?:source|master)_heartbeat_period\\s*=\\s*(\\d+)");
    private static final Pattern ONE_VARIABLE = Pattern.compile("select\\s+(@[@.\\w]+)");

    private long heartbeatNanos;

    @Override
    public Reply query(String sql) {
        String text = sql.strip();
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.startsWith("set ")) {
            Matcher period = HEARTBEAT.matcher(lower);
            if (period.find()) {
                heartbeatNanos = Long.parseLong(period.group(1));
            }
            return new Done();
        }
        if (lower.equals("select unix_timestamp()")) {
            return row("UNIX_TIMESTAMP()", Long.toString(System.currentTimeMillis() / 1000));
        }
        Matcher variable = ONE_VARIABLE.matcher(lower);
        String name = variable.matches() ? variable.group(1) : "";
        return switch (name) {
            case "@@global.server_id" -> row(name, Long.toString(MySqlRelayDialect.SERVER_ID));
            case "@@global.server_uuid" -> row(name, SERVER_UUID);
            case "@@global.gtid_mode" -> row(name, "ON");
            case "@source_binlog_checksum", "@master_binlog_checksum" -> row(name, "CRC32");
            case "@@global.rpl_semi_sync_source_enabled", "@@global.rpl_semi_sync_master_enabled" -> row(name, "0");
            default -> new Refused(1193, "This is a binlog server; it does not know: " + text);
        };
    }

    private static Row row(String column, String value) {
        return new Row(List.of(column), List.of(value));
    }

    /** The old command is one, too: {@link #position} says what is wrong with it. */
    @Override
    public boolean isDump(ByteBuf command) {
        int code = command.isReadable() ? command.getUnsignedByte(command.readerIndex()) : -1;
        return code == CommandCode.BINLOG_DUMP_GTID || code == CommandCode.BINLOG_DUMP;
    }

    @Override
    public EnginePosition position(ByteBuf command) {
        try {
            if (Command.read(command.slice(), Capabilities.NONE, StandardCharsets.UTF_8)
                    instanceof ComBinlogDumpGtid dump) {
                return new MySqlPosition(dump.have());
            }
        } catch (MalformedPacketException e) {
            throw new IllegalArgumentException("the dump command cannot be read: " + e.getMessage(), e);
        }
        throw new IllegalArgumentException("the replica does not use GTIDs (expected: SOURCE_AUTO_POSITION=1)");
    }

    @Override
    public Duration heartbeat() {
        return Duration.ofNanos(heartbeatNanos);
    }
}
