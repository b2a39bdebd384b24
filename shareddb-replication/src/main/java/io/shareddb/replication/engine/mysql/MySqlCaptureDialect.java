package io.shareddb.replication.engine.mysql;

import io.shareddb.protocol.command.ComBinlogDumpGtid;
import io.shareddb.protocol.command.ComRegisterReplica;
import io.shareddb.protocol.wire.Payload;
import io.shareddb.replication.engine.CaptureDialect;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.engine.TransactionFramer;
import java.util.List;

/**
 * What a semi-synchronous replica of MySQL says. Older servers know some of the variables by older names, and none minds one that
 * it does not know.
 */
final class MySqlCaptureDialect implements CaptureDialect {
    /** A new connection of the same replica ends the former one's thread in the engine. */
    private static final String REPLICA_UUID = "5ba4eddb-0000-4000-8000-000000000001";

    @Override
    public List<String> setup(Request request) {
        long heartbeat = request.heartbeat().toNanos();
        return List.of(
                "SET @master_heartbeat_period=" + heartbeat + ", @source_heartbeat_period=" + heartbeat,
                "SET @master_binlog_checksum=@@global.binlog_checksum, @source_binlog_checksum=@@global.binlog_checksum",
                "SET @slave_uuid='" + REPLICA_UUID + "', @replica_uuid='" + REPLICA_UUID + "'",
                "SET @rpl_semi_sync_slave=1, @rpl_semi_sync_replica=1");
    }

    @Override
    public List<Payload> commands(Request request) {
        return List.of(
                ComRegisterReplica.of(request.replicaId()),
                ComBinlogDumpGtid.of(request.replicaId(), ((MySqlPosition) request.from()).set()));
    }

    @Override
    public TransactionFramer framer(EnginePosition from) {
        return new MySqlFramer((MySqlPosition) from);
    }
}
