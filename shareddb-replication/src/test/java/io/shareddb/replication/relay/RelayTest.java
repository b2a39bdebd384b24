package io.shareddb.replication.relay;

import static io.shareddb.replication.relay.ReplicationFixture.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.shareddb.protocol.binlog.EventHeader;
import io.shareddb.protocol.binlog.EventType;
import io.shareddb.protocol.binlog.MariaDbGtidEvent;
import io.shareddb.protocol.packet.SqlException;
import io.shareddb.replication.archive.EpochOpening;
import io.shareddb.replication.archive.EpochWriter;
import io.shareddb.replication.archive.Fragment;
import io.shareddb.replication.engine.Credentials;
import io.shareddb.replication.engine.mariadb.MariaDbFamily;
import io.shareddb.replication.log.NodeId;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RelayTest {
    @TempDir
    Path directory;

    private ReplicationFixture fixture;
    private Relay relay;
    private EpochWriter<String> writer;
    private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
    private volatile String applied = "";

    @BeforeEach
    void start() throws Exception {
        fixture = new ReplicationFixture(directory, new MariaDbFamily());
        relay = fixture.relay(
                new RelayConfig("127.0.0.1", 0, 1 << 20, 256 << 10, Duration.ofMillis(200)), (position, timeout) -> {
                    asked.add(position.text());
                    return applied.equals(position.text());
                });
        writer = new EpochWriter<>(fixture.log, fixture.archive, new Deaf());
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private static final class Deaf implements EpochWriter.Listener<String> {
        @Override
        public void onCommitted(List<String> tickets, long appendedNanos) {}

        @Override
        public void onRoom() {}

        @Override
        public void onEnded(Throwable cause) {}
    }

    private TestReplica replica() {
        TestReplica replica =
                new TestReplica(fixture.group, relay.address(), relay.address().account());
        fixture.resources.add(replica);
        return replica;
    }

    private static ByteBuffer event(int type, int bodyBytes) {
        ByteBuf event = Unpooled.buffer();
        new EventHeader(1, type, 101, EventHeader.BYTES + bodyBytes + 4L, 0, 0).write(event);
        return ByteBuffer.wrap(ByteBufUtil.getBytes(event.writeZero(bodyBytes + 4)));
    }

    private void openEpoch() throws Exception {
        fixture.log.elect(1);
        writer.open(new EpochOpening(
                        1, 0, "mariadb", new NodeId("n1"), "11.4", new MariaDbFamily().position(""), event(15, 233)))
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
    }

    private void write(int number, int bodyBytes) {
        write(number, event(2, bodyBytes));
    }

    private void write(int number, ByteBuffer events) {
        writer.add(new Fragment(true, true, "0-101-" + number, 0, events), "t" + number);
        writer.flush();
        await("transaction " + number, () -> fixture.archive.committed().seq() >= number);
    }

    @Test
    void onlyTheAccountOfItsAddressMayLogIn() throws Exception {
        Credentials right = relay.address().account();
        for (Credentials wrong :
                List.of(new Credentials(right.user(), "guess"), new Credentials("root", right.password()))) {
            try (TestReplica stranger = new TestReplica(fixture.group, relay.address(), wrong)) {
                assertThatThrownBy(() -> stranger.session().get(10, TimeUnit.SECONDS))
                        .hasCauseInstanceOf(SqlException.class)
                        .hasMessageContaining("1045");
            }
        }
        assertThat(replica().session().get(10, TimeUnit.SECONDS).greeting().serverVersion())
                .contains("MariaDB");
    }

    @Test
    void answersWhatReplicasAskAndRefusesTheRest() throws Exception {
        TestReplica replica = replica();
        replica.session().get(10, TimeUnit.SECONDS);
        assertThat(replica.query("SET @master_heartbeat_period= 1000000")).isEqualTo("ok");
        assertThat(replica.query("SELECT * FROM mysql.user")).isEqualTo("error 1193");
        assertThat(replica.ask(out -> out.writeByte(0x0e))).isEqualTo("ok"); // COM_PING
        assertThat(replica.ask(out -> out.writeByte(0x16).writeByte('x'))).isEqualTo("error 1047"); // COM_STMT_PREPARE
        assertThat(replica.ask(out -> out.writeByte(0x12).writeZero(10))).isEqualTo("error 1236"); // no position
    }

    @Test
    void waitsForTheFirstEpochThenStreamsAndBeats() throws Exception {
        TestReplica replica = replica();
        replica.session().get(10, TimeUnit.SECONDS);
        replica.query("SET @master_heartbeat_period= 100000000"); // 100 ms
        replica.dump("");
        await("feed", relay::isFeeding);
        assertThat(replica.hasNothing()).isTrue();
        openEpoch();
        assertThat(List.of(replica.next(), replica.next(), replica.next())).containsExactly("rotate", "format", "list");
        assertThat(replica.next()).isEqualTo("heartbeat 4");
        write(1, 77);
        String word = replica.next();
        while (word.equals("heartbeat 4")) {
            word = replica.next();
        }
        assertThat(word).isEqualTo("event 2 104");
        assertThat(replica.next()).isEqualTo("heartbeat 104");
        assertThat(relay.served()).isEqualTo(1);
    }

    private static ByteBuffer gtidEvent(int flags) {
        return event(EventType.MARIADB_GTID, 19).put(EventHeader.BYTES + 12, (byte) flags);
    }

    @Test
    void definitionsWaitUntilAllBeforeThemIsApplied() throws Exception {
        openEpoch();
        write(1, gtidEvent(MariaDbGtidEvent.TRANSACTIONAL));
        write(2, gtidEvent(MariaDbGtidEvent.STANDALONE | MariaDbGtidEvent.DDL));
        write(3, gtidEvent(MariaDbGtidEvent.TRANSACTIONAL));
        write(4, gtidEvent(MariaDbGtidEvent.DDL));
        TestReplica replica = replica();
        replica.session().get(10, TimeUnit.SECONDS);
        replica.query("SET @master_heartbeat_period= 100000000"); // 100 ms
        replica.dump("");
        assertThat(List.of(replica.next(), replica.next(), replica.next())).containsExactly("rotate", "format", "list");
        assertThat(replica.next()).isEqualTo("event 162 46");
        assertThat(replica.next()).as("it still hears from us").isEqualTo("heartbeat 46");
        assertThat(asked.take()).isEqualTo("0-101-1");
        assertThat(relay.served()).isEqualTo(1);
        applied = "0-101-1";
        String word = replica.next();
        while (word.equals("heartbeat 46")) {
            word = replica.next();
        }
        assertThat(word).isEqualTo("event 162 88");
        assertThat(replica.next()).as("nobody waits for a definition").isEqualTo("event 162 130");
        assertThat(relay.served()).isEqualTo(3);
        applied = "0-101-3";
        await("the last one", () -> relay.served() == 4);
        assertThat(asked).doesNotContain("0-101-2");
    }

    @Test
    void newConnectionOfTheEngineEndsTheFormerOne() throws Exception {
        openEpoch();
        TestReplica former = replica();
        former.session().get(10, TimeUnit.SECONDS);
        former.dump("");
        assertThat(former.next()).isEqualTo("rotate");
        TestReplica next = replica();
        next.session().get(10, TimeUnit.SECONDS);
        next.dump("");
        assertThat(next.next()).isEqualTo("rotate");
        String word = former.next();
        while (!word.equals("closed")) {
            assertThat(word).isNotEqualTo("nothing");
            word = former.next();
        }
        assertThat(relay.isFeeding()).isTrue();
    }

    @Test
    void engineThatDoesNotReadIsNotSentMoreThanFits() throws Exception {
        openEpoch();
        for (int i = 1; i <= 40; i++) {
            write(i, 1_000_000);
        }
        TestReplica replica = replica();
        replica.session().get(10, TimeUnit.SECONDS);
        replica.dump("");
        assertThat(replica.next()).isEqualTo("rotate");
        replica.reading(false);
        long[] before = {-1, 0};
        await("the relay to wait", () -> {
            before[1] = relay.served() == before[0] ? before[1] + 1 : 0; // how often it was the same
            before[0] = relay.served();
            return before[1] > 50;
        });
        assertThat(relay.served()).isLessThan(40);
        replica.reading(true);
        int events = 0;
        int files = 1;
        while (events < 40) {
            String word = replica.next();
            assertThat(word).isNotEqualTo("nothing").isNotEqualTo("closed");
            events += word.startsWith("event") ? 1 : 0;
            files += word.equals("rotate") ? 1 : 0;
        }
        assertThat(files).isGreaterThan(10); // of 1 MB each
        await("served", () -> relay.served() == 40);
    }
}
