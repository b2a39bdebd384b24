package io.shareddb.replication.engine.mariadb;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.auth.NativePassword;
import io.shareddb.protocol.binlog.Checksum;
import io.shareddb.protocol.binlog.EventHeader;
import io.shareddb.protocol.binlog.MariaDbGtidEvent;
import io.shareddb.protocol.binlog.MariaDbGtidListEvent;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.engine.RelayDialect;
import io.shareddb.replication.engine.ReplicaSession;

/** What a replica of MariaDB wants to hear. Events keep their server id: engines start with {@code replicate-same-server-id}. */
final class MariaDbRelayDialect implements RelayDialect {
    /** Below the ids that engines get, above that of an engine that does not lead. */
    static final long SERVER_ID = 2;

    /** In the body of a GTID event, after sequence and domain. */
    private static final int FLAGS_OFFSET = 12;

    @Override
    public String greetingVersion() {
        return "11.4.5-MariaDB-log";
    }

    @Override
    public String authMethod() {
        return NativePassword.NAME;
    }

    @Override
    public ReplicaSession session() {
        return new MariaDbReplicaSession();
    }

    @Override
    public void writeOpening(EnginePosition from, ByteBuf out) {
        MariaDbPosition position = MariaDbPosition.parse(from.text());
        var gtids = position.last().stream()
                .map(gtid -> new io.shareddb.protocol.binlog.MariaDbGtid(gtid.domain(), gtid.server(), gtid.sequence()))
                .toList();
        new MariaDbGtidListEvent(0, gtids).writeArtificial(out, SERVER_ID, 0, Checksum.CRC32);
    }

    /**
     * What is no transaction (definitions, accounts, {@code FLUSH}). Its worker waits until the earlier ones have begun to commit, not
     * until they have committed, where the engine keeps no binlog of what it applies (seen with 10.11 and 11.4, in all parallel modes but
     * {@code minimal}). Then {@code gtid_slave_pos} is ahead of the data: reads that wait for it miss rows, and a copy, or an engine that
     * is killed at that moment, would go on behind them.
     */
    @Override
    public boolean waitsForEarlier(ByteBuf head) {
        int body = head.readerIndex() + EventHeader.BYTES;
        return head.readableBytes() > EventHeader.BYTES + FLAGS_OFFSET
                && EventHeader.peek(head).type() == MariaDbEvents.GTID
                && (head.getByte(body + FLAGS_OFFSET) & (MariaDbGtidEvent.STANDALONE | MariaDbGtidEvent.DDL)) != 0;
    }

    @Override
    public long serverId() {
        return SERVER_ID;
    }

    @Override
    public boolean rewritesServerId() {
        return false;
    }
}
