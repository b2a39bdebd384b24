package io.shareddb.replication.engine.mariadb;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.shareddb.protocol.auth.NativePassword;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.engine.RelayDialect;
import io.shareddb.replication.engine.ReplicaSession;
import java.util.Optional;

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

    /** <pre>GTID_LIST event, body: int&lt;4&gt; count and flags | (int&lt;4&gt; domain | int&lt;4&gt; server | int&lt;8&gt; sequence)*</pre> */
    @Override
    public Optional<Opening> opening(EnginePosition from) {
        Optional<MariaDbGtid> last = ((MariaDbPosition) from).last();
        ByteBuf body = Unpooled.buffer(20).writeIntLE(last.isPresent() ? 1 : 0);
        last.ifPresent(gtid -> body.writeIntLE((int) gtid.domain())
                .writeIntLE((int) gtid.server())
                .writeLongLE(gtid.sequence()));
        return Optional.of(new Opening(MariaDbEvents.GTID_LIST, body));
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
