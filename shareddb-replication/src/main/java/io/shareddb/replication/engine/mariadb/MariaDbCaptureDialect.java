package io.shareddb.replication.engine.mariadb;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.shareddb.protocol.wire.Bytes;
import io.shareddb.replication.engine.CaptureDialect;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.engine.TransactionFramer;
import java.util.List;

/** What a replica of MariaDB says: the position goes into a session variable, so file and place in the dump command do not count. */
final class MariaDbCaptureDialect implements CaptureDialect {
    private static final int COM_BINLOG_DUMP = 0x12;
    private static final int COM_REGISTER_SLAVE = 0x15;
    private static final int SEND_ANNOTATE_ROWS = 0x02;
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
    public List<Bytes> commands(Request request) {
        return List.of(register(request.replicaId()), dump(request.replicaId()));
    }

    /**
     * <pre>
     * 15 | int&lt;4&gt; server id | int&lt;1&gt; host 00 | int&lt;1&gt; user 00 | int&lt;1&gt; password 00 | int&lt;2&gt; port
     *    | int&lt;4&gt; rank | int&lt;4&gt; master id
     * </pre>
     */
    private static Bytes register(long replicaId) {
        ByteBuf out = Unpooled.buffer(18);
        out.writeByte(COM_REGISTER_SLAVE).writeIntLE((int) replicaId).writeZero(3 + 2 + 4 + 4);
        return Bytes.of(out);
    }

    /** <pre>12 | int&lt;4&gt; position | int&lt;2&gt; flags | int&lt;4&gt; server id | file</pre> */
    private static Bytes dump(long replicaId) {
        ByteBuf out = Unpooled.buffer(11);
        out.writeByte(COM_BINLOG_DUMP)
                .writeIntLE(FIRST_EVENT)
                .writeShortLE(SEND_ANNOTATE_ROWS)
                .writeIntLE((int) replicaId);
        return Bytes.of(out);
    }

    @Override
    public TransactionFramer framer(EnginePosition from) {
        return new MariaDbFramer((MariaDbPosition) from);
    }
}
