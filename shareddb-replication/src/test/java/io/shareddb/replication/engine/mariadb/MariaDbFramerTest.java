package io.shareddb.replication.engine.mariadb;

import static io.shareddb.replication.engine.EventRole.BEGIN;
import static io.shareddb.replication.engine.EventRole.END;
import static io.shareddb.replication.engine.EventRole.FORMAT;
import static io.shareddb.replication.engine.EventRole.PART;
import static io.shareddb.replication.engine.EventRole.ROTATE;
import static io.shareddb.replication.engine.EventRole.SKIP;
import static io.shareddb.replication.engine.EventRole.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.shareddb.protocol.binlog.EventHeader;
import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.engine.EventRole;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MariaDbFramerTest {
    private static final int TABLE_MAP = 0x13;
    private static final int WRITE_ROWS = 0x17;
    private static final int ANNOTATE = 0xa0;
    private static final int INTVAR = 5;
    private static final int RAND = 13;
    private static final int USER_VAR = 14;
    private static final int BEGIN_LOAD_QUERY = 17;
    private static final int EXECUTE_LOAD_QUERY = 18;

    private final MariaDbFramer framer = new MariaDbFramer(MariaDbPosition.parse("0-1-4"));
    private long sequence = 4;

    private static ByteBuf event(int type, int flags, ByteBuf body) {
        ByteBuf event = Unpooled.buffer();
        new EventHeader(1, type, 1, EventHeader.BYTES + body.readableBytes() + 4, 0, flags).write(event);
        return event.writeBytes(body);
    }

    private static ByteBuf event(int type) {
        return event(type, 0, Unpooled.buffer().writeLong(0));
    }

    private static ByteBuf gtid(long number, long domain, int flags2) {
        return event(
                0xa2,
                8,
                Unpooled.buffer()
                        .writeLongLE(number)
                        .writeIntLE((int) domain)
                        .writeByte(flags2)
                        .writeZero(6));
    }

    private static ByteBuf query(String sql) {
        ByteBuf body =
                Unpooled.buffer().writeIntLE(9).writeIntLE(0).writeByte(4).writeShortLE(0);
        body.writeShortLE(3).writeZero(3);
        body.writeCharSequence("shop", StandardCharsets.UTF_8);
        body.writeByte(0).writeCharSequence(sql, StandardCharsets.UTF_8);
        return event(2, 0, body);
    }

    private EventRole next(ByteBuf event) {
        return framer.next(EventHeader.peek(event), event);
    }

    /** A GTID event with these flags and the events after it: only the last one ends it. */
    private void transaction(int flags2, ByteBuf... events) {
        sequence++;
        assertThat(next(gtid(sequence, 0, flags2))).isEqualTo(BEGIN);
        assertThat(framer.gtid()).isEqualTo(new MariaDbGtid(0, 1, sequence));
        List<EventRole> roles = new ArrayList<>();
        for (ByteBuf event : events) {
            roles.add(next(event));
        }
        assertThat(roles.subList(0, roles.size() - 1)).allMatch(role -> role == PART);
        assertThat(roles.get(roles.size() - 1)).isEqualTo(END);
    }

    @Test
    void everyKindOfTransactionEndsWhereItShould() {
        transaction(0x0c, event(ANNOTATE), event(TABLE_MAP), event(WRITE_ROWS), query("SAVEPOINT a"), event(0x10));
        transaction(0x0e, event(TABLE_MAP), event(WRITE_ROWS), event(0x10));
        transaction(0x29, query("CREATE TABLE t (id INT)"));
        transaction(
                0x28,
                query("CREATE TABLE c (id INT)"),
                event(ANNOTATE),
                event(TABLE_MAP),
                event(WRITE_ROWS),
                event(0x10));
        transaction(0x08, event(TABLE_MAP), event(WRITE_ROWS), query("COMMIT"));
        transaction(0x08, event(TABLE_MAP), event(WRITE_ROWS), query("ROLLBACK"));
        transaction(0x4c, event(TABLE_MAP), event(WRITE_ROWS), query("XA END X'78'"), event(38));
        transaction(0x8d, query("XA COMMIT X'78',X'',1"));
        transaction(0x0c, event(INTVAR), event(RAND), event(USER_VAR), query("INSERT INTO t VALUES (1)"), event(0x10));
        transaction(0x0c, event(BEGIN_LOAD_QUERY), event(EXECUTE_LOAD_QUERY), event(0x10));
        transaction(0x29, event(0xa5)); // compressed
        transaction(0x0c, query("COMMIT "), query("commit"), query("ROLLBACK TO a"), event(0x10));
    }

    @Test
    void otherEventsAreNotPartOfTransactions() {
        assertThat(next(event(4))).isEqualTo(ROTATE);
        assertThat(next(event(15))).isEqualTo(FORMAT);
        assertThat(next(event(0xa3, 0, Unpooled.buffer(4).writeIntLE(0)))).isEqualTo(SKIP);
        assertThat(next(event(0xa3, 0x20, Unpooled.buffer(4).writeIntLE(0)))).isEqualTo(START);
        for (int type : new int[] {27, 0xa1, 0xa4, 3}) {
            assertThat(next(event(type))).isEqualTo(SKIP);
        }
    }

    @Test
    void heartbeatsMayComeWithinTransactions() {
        next(gtid(5, 0, 0x0c));
        assertThat(next(event(27))).isEqualTo(SKIP);
        assertThat(next(event(0x10))).isEqualTo(END);
    }

    @Test
    void brokenRulesAreReported() {
        refuses(gtid(6, 0, 0x0c), "0-1-6 follows 0-1-4");
        refuses(gtid(4, 0, 0x0c), "0-1-4 follows 0-1-4");
        refuses(gtid(5, 1, 0x0c), "1-1-5 follows 0-1-4");
        refuses(event(TABLE_MAP), "outside of any transaction");
        refuses(event(26), "incident");
        refuses(event(0xa2, 0, Unpooled.buffer(1).writeByte(1)), "expected: 32 or more");
        next(gtid(5, 0, 0x0c));
        refuses(gtid(6, 0, 0x0c), "0-1-5 has no end");
        refuses(event(2, 0, Unpooled.buffer(4).writeInt(0)), "expected: 32 or more");
    }

    private void refuses(ByteBuf event, String message) {
        assertThatThrownBy(() -> next(event))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining(message);
    }

    @Test
    void emptyPositionTakesAnyFirstTransaction() {
        MariaDbFramer fresh = new MariaDbFramer(MariaDbPosition.EMPTY);
        ByteBuf first = gtid(77, 0, 0x0c);
        assertThat(fresh.next(EventHeader.peek(first), first)).isEqualTo(BEGIN);
        assertThat(fresh.gtid().text()).isEqualTo("0-1-77");
    }

    @Test
    void queryWhoseLengthsPointBeyondItIsNoCommit() {
        next(gtid(5, 0, 0x0c));
        ByteBuf body = Unpooled.buffer()
                .writeIntLE(9)
                .writeIntLE(0)
                .writeByte(255)
                .writeShortLE(0)
                .writeShortLE(65535);
        assertThat(next(event(2, 0, body))).isEqualTo(PART);
    }
}
