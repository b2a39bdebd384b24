package io.shareddb.replication.engine.mariadb;

import io.shareddb.protocol.command.ComBinlogDump;
import io.shareddb.protocol.command.ComRegisterReplica;
import io.shareddb.protocol.wire.Payload;
import io.shareddb.replication.engine.CaptureDialect;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.engine.TransactionFramer;
import java.util.List;

/** What a replica of MariaDB says: the position goes into a session variable, so file and place in the dump command do not count. */
final class MariaDbCaptureDialect implements CaptureDialect {
    private static final int FIRST_EVENT = 4;

    @Override
    public List<String> setup(Request request) {
        return List.of(
                "SET @master_heartbeat_period=" + request.heartbeat().toNanos(),
                "SET @master_binlog_checksum=@@global.binlog_checksum",
                "SET @mariadb_slave_capability=4",
                "SET @slave_connect_state='" + request.from().text() + "'",
                "SET @slave_gtid_strict_mode=1",
                "SET @slave_gtid_ignore_duplicates=0",
                "SET @rpl_semi_sync_slave=1");
    }

    @Override
    public List<Payload> commands(Request request) {
        return List.of(
                ComRegisterReplica.of(request.replicaId()),
                new ComBinlogDump(FIRST_EVENT, ComBinlogDump.SEND_ANNOTATE_ROWS, request.replicaId(), ""));
    }

    @Override
    public TransactionFramer framer(EnginePosition from) {
        return new MariaDbFramer((MariaDbPosition) from);
    }
}
