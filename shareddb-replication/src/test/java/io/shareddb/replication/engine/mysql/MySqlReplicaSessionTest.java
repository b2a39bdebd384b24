package io.shareddb.replication.engine.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.shareddb.protocol.binlog.MySqlGtidSet;
import io.shareddb.protocol.command.ComBinlogDumpGtid;
import io.shareddb.replication.engine.ReplicaSession;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class MySqlReplicaSessionTest {
    private final ReplicaSession session = new MySqlReplicaSession();

    /** In the words of MySQL 9.7's I/O thread. */
    @Test
    void everyQuestionIsAnswered() {
        answers("SELECT @@GLOBAL.SERVER_ID", "1537535451");
        assertThat(session.query("SET @master_heartbeat_period = 2000000000, @source_heartbeat_period = 2000000000"))
                .isInstanceOf(ReplicaSession.Done.class);
        assertThat(session.heartbeat()).isEqualTo(Duration.ofSeconds(2));
        answers("SELECT @source_binlog_checksum", "CRC32");
        answers("SELECT @@GLOBAL.GTID_MODE", "ON");
        answers("SELECT @@GLOBAL.SERVER_UUID", "5ba4eddb-0000-4000-8000-000000000002");
        answers("SELECT @@global.rpl_semi_sync_source_enabled", "0");
        assertThat(session.query("SELECT UNIX_TIMESTAMP()")).isInstanceOf(ReplicaSession.Row.class);
        assertThat(session.query("SELECT 1")).isInstanceOf(ReplicaSession.Refused.class);
    }

    private void answers(String sql, String value) {
        assertThat(session.query(sql)).isInstanceOfSatisfying(ReplicaSession.Row.class, row -> assertThat(row.values())
                .isEqualTo(List.of(value)));
    }

    @Test
    void positionIsInTheDumpCommand() {
        String set = "44db9d9b-e6ce-11f1-aaeb-02fc00000001:1-4:tag:1";
        ByteBuf command = Unpooled.buffer();
        ComBinlogDumpGtid.of(7, MySqlGtidSet.parse(set)).write(command);
        assertThat(session.isDump(command)).isTrue();
        assertThat(session.position(command).text()).isEqualTo(set);
        ByteBuf old = Unpooled.wrappedBuffer(new byte[] {0x12, 4, 0, 0, 0, 0, 0, 7, 0, 0, 0});
        assertThat(session.isDump(old)).isTrue();
        assertThatThrownBy(() -> session.position(old)).hasMessageContaining("SOURCE_AUTO_POSITION=1");
        assertThatThrownBy(() -> session.position(command.slice(0, 20))).hasMessageContaining("cannot be read");
    }
}
