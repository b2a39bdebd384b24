package io.shareddb.replication.engine.mariadb;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.auth.NativePassword;
import io.shareddb.protocol.binlog.Checksum;
import io.shareddb.protocol.binlog.MariaDbGtidListEvent;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.engine.RelayDialect;
import io.shareddb.replication.engine.ReplicaSession;

/** What a replica of MariaDB wants to hear. Events keep their server id: engines start with {@code replicate-same-server-id}. */
final class MariaDbRelayDialect implements RelayDialect {
    /** Below the ids that engines get, above that of an engine that does not lead. */
    static final long SERVER_ID = 2;

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

    @Override
    public long serverId() {
        return SERVER_ID;
    }

    @Override
    public boolean rewritesServerId() {
        return false;
    }
}
