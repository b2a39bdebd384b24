package io.shareddb.replication.engine.mysql;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.auth.CachingSha2Password;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.engine.RelayDialect;
import io.shareddb.replication.engine.ReplicaSession;

/** What a replica of MySQL wants to hear. Its position is in the dump command; nothing needs to be said of it. */
final class MySqlRelayDialect implements RelayDialect {
    /** Not an engine's; GTIDs do not depend on it. */
    static final long SERVER_ID = 0x5ba4eddbL;

    @Override
    public String greetingVersion() {
        return "9.7.4-shareddb";
    }

    @Override
    public String authMethod() {
        return CachingSha2Password.NAME;
    }

    @Override
    public ReplicaSession session() {
        return new MySqlReplicaSession();
    }

    @Override
    public void writeOpening(EnginePosition from, ByteBuf out) {}

    /** {@code replica_preserve_commit_order} holds for definitions, too. */
    @Override
    public boolean waitsForEarlier(ByteBuf head) {
        return false;
    }

    @Override
    public long serverId() {
        return SERVER_ID;
    }

    /** An engine passes over events of its own server id, of which it may have lost the transactions. */
    @Override
    public boolean rewritesServerId() {
        return true;
    }
}
