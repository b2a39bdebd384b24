package io.shareddb.replication.engine.mysql;

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
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class MySqlFramerTest {
    /** Of MySQL 9.7: one INSERT of 277 bytes, GTID 16cd9db7-e6d2-11f1-87aa-02fc00000001:28; without its checksum. */
    private static final String GTID = "c288036b 21 66000000 4f000000 4ce69f01 0000" // header: 79 bytes
            + "00 16cd9db7e6d211f187aa02fc00000001 1c00000000000000 02 0100000000000000 1a00000000000000"
            + "da4783ade66006 fc1501 50620100";

    private static final String UUID = "16cd9db7-e6d2-11f1-87aa-02fc00000001";

    private final MySqlFramer framer = new MySqlFramer(MySqlPosition.parse(UUID + ":1-27"));

    private static ByteBuf hex(String text) {
        return Unpooled.wrappedBuffer(HexFormat.of().parseHex(text.replace(" ", "")));
    }

    private static ByteBuf event(int type, int length) {
        ByteBuf event = Unpooled.buffer();
        new EventHeader(1, type, 1, length, 0, 0).write(event);
        return event.writeZero(length - EventHeader.BYTES - 4);
    }

    private EventRole next(ByteBuf event) {
        return framer.next(EventHeader.peek(event), event);
    }

    @Test
    void transactionEndsWhereItsLengthSays() {
        assertThat(next(hex(GTID))).isEqualTo(BEGIN);
        assertThat(framer.gtid().text()).isEqualTo(UUID + ":28");
        assertThat(next(event(2, 75))).isEqualTo(PART); // QUERY, whatever it says
        assertThat(next(event(16, 40))).isEqualTo(PART); // XID does not end it
        assertThat(next(event(27, 50))).isEqualTo(SKIP); // a heartbeat is not part of it
        assertThat(next(event(30, 83))).isEqualTo(END);
    }

    @Test
    void compressedTransactionIsOneEvent() {
        assertThat(next(hex(GTID))).isEqualTo(BEGIN);
        assertThat(next(event(40, 198))).isEqualTo(END);
    }

    @Test
    void otherEventsAreNotPartOfTransactions() {
        assertThat(next(event(4, 50))).isEqualTo(ROTATE);
        assertThat(next(event(15, 122))).isEqualTo(FORMAT);
        assertThat(next(event(35, 60))).isEqualTo(SKIP);
        assertThat(next(event(3, 30))).isEqualTo(SKIP);
    }

    /** It tells how far what we said that we have reaches: a commit whose acknowledgement was lost waits there. */
    @Test
    void heartbeatBetweenTransactionsMayBeAcknowledged() {
        assertThat(next(event(27, 50))).isEqualTo(START);
    }

    @Test
    void brokenRulesAreReported() {
        refuses(event(30, 60), "outside of any transaction");
        refuses(event(26, 60), "incident");
        refuses(event(34, 70), "gtid_mode=ON");
        refuses(event(33, 25), "cannot be read");
        assertThat(next(hex(GTID))).isEqualTo(BEGIN);
        refuses(event(30, 199), "1 bytes beyond the end");
        refuses(event(4, 50), "has no end");
        refuses(hex(GTID), "has no end");
        assertThat(next(event(30, 198))).isEqualTo(END);
        refuses(hex(GTID), UUID + ":28 comes again");
    }

    private void refuses(ByteBuf event, String message) {
        assertThatThrownBy(() -> next(event))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining(message);
    }
}
