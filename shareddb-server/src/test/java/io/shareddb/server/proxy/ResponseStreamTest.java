package io.shareddb.server.proxy;

import static io.shareddb.protocol.capability.Capability.DEPRECATE_EOF;
import static io.shareddb.protocol.capability.Capability.SESSION_TRACK;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.shareddb.protocol.capability.Capabilities;
import io.shareddb.protocol.capability.Capability;
import io.shareddb.protocol.capability.ServerStatus;
import io.shareddb.protocol.packet.ErrPacket;
import io.shareddb.protocol.packet.OkPacket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseStreamTest {
    private static final Capabilities ENGINE = Capabilities.of(Capability.PROTOCOL_41, DEPRECATE_EOF, SESSION_TRACK);
    private static final Capabilities OLD = Capabilities.of(Capability.PROTOCOL_41);

    private static final String COUNT_1 = "01000001" + "01";
    private static final String COLUMN_2 = "04000002" + "03646566"; // shortened: nobody looks inside
    private static final String ROW_3 = "02000003" + "0178";
    private static final String END_4 = "07000004" + "fe0000" + "0200" + "0000"; // OK with header FE
    private static final String END_4_MORE = "07000004" + "fe0000" + "0a00" + "0000"; // status MORE_RESULTS
    /** Autocommitted INSERT: status SESSION_STATE_CHANGED, no info, last_gtid = 0-1-7. */
    private static final String OK_GTID =
            "1b000001" + "000100" + "0240" + "0000" + "00" + "12" + "0010" + "096c6173745f67746964" + "05302d312d37";

    private final StringBuilder toClient = new StringBuilder();
    private final List<String> events = new ArrayList<>();
    private boolean hold;

    private final ResponseStream.Sink sink = new ResponseStream.Sink() {
        @Override
        public void bytes(ByteBuf packets) {
            toClient.append(ByteBufUtil.hexDump(packets));
            packets.release();
        }

        @Override
        public boolean result(OkPacket ok) {
            events.add("ok" + ok.systemVariable("last_gtid").map(" "::concat).orElse(""));
            return !hold;
        }

        @Override
        public boolean error(ErrPacket error, boolean untouched) {
            events.add("error " + error.number() + (untouched ? " untouched" : ""));
            return true;
        }

        @Override
        public void localInfile() {
            events.add("infile");
        }

        @Override
        public long prepared(long statementId, int parameters) {
            events.add("prepared " + statementId);
            return statementId;
        }

        @Override
        public void done() {
            events.add("done");
        }

        @Override
        public void cancelled() {
            events.add("cancelled");
        }
    };

    private ResponseStream stream(ResponseStream.Form form, Capabilities client) {
        return new ResponseStream(
                form, ENGINE, client, ServerStatus.AUTOCOMMIT, UnpooledByteBufAllocator.DEFAULT, sink);
    }

    /** Feeds {@code hex} in pieces of {@code size} bytes. */
    private static void feed(ResponseStream stream, String hex, int size) {
        byte[] bytes = ByteBufUtil.decodeHexDump(hex);
        for (int i = 0; i < bytes.length; i += size) {
            stream.feed(Unpooled.buffer().writeBytes(bytes, i, Math.min(size, bytes.length - i)));
        }
    }

    @AfterEach
    void endsOnce() {
        assertThat(events.stream().filter("done"::equals).count()).isLessThanOrEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 7, 1000})
    void aResultSetPassesUnchangedHoweverItIsCut(int size) {
        String response = COUNT_1 + COLUMN_2 + ROW_3 + END_4;
        feed(stream(ResponseStream.Form.RESULTS, ENGINE), response, size);
        assertThat(toClient).hasToString(response);
        assertThat(events).containsExactly("ok", "done");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 7, 1000})
    void anOldClientGetsItsEofsAndTheNumbersThatFollow(int size) {
        String second = COUNT_1.replace("01000001", "01000005")
                + COLUMN_2.replace("04000002", "04000006")
                + END_4.replace("07000004", "07000007");
        feed(stream(ResponseStream.Form.RESULTS, OLD), COUNT_1 + COLUMN_2 + ROW_3 + END_4_MORE + second, size);
        assertThat(toClient)
                .hasToString(COUNT_1
                        + COLUMN_2
                        + ("05000003" + "fe00000200") // after the columns
                        + ROW_3.replace("02000003", "02000004")
                        + ("05000005" + "fe00000a00") // after the rows, more results
                        + "0100000601"
                        + "0400000703646566"
                        + ("05000008" + "fe00000200")
                        + ("05000009" + "fe00000200"));
        assertThat(events).containsExactly("ok", "ok", "done");
    }

    @Test
    void anOpenCursorEndsInOneEofForAnOldClient() {
        feed(
                stream(ResponseStream.Form.EXECUTION, OLD),
                COUNT_1 + COLUMN_2 + ("07000003" + "fe0000" + "4200" + "0000"),
                1000);
        assertThat(toClient).hasToString(COUNT_1 + COLUMN_2 + ("05000003" + "fe00004200"));
        assertThat(events).containsExactly("ok", "done");
    }

    @Test
    void theFlagOfACursorThatWasInsideAProcedureOpensNone() {
        feed(
                stream(ResponseStream.Form.RESULTS, OLD),
                COUNT_1 + COLUMN_2 + ("07000003" + "fe0000" + "4200" + "0000"),
                1000);
        assertThat(toClient).asString().contains("05000003" + "fe0000").contains("05000004" + "fe00004200");
        assertThat(events).containsExactly("ok", "done");
    }

    @Test
    void sessionChangesAreCutOutForThoseWhoDidNotAsk() {
        feed(stream(ResponseStream.Form.RESULTS, OLD), OK_GTID, 1000);
        assertThat(toClient).hasToString("07000001" + "000100" + "0200" + "0000");
        assertThat(events).containsExactly("ok 0-1-7", "done");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1000})
    void aResultIsHeldWithAllThatFollows(int size) {
        hold = true;
        ResponseStream stream = stream(ResponseStream.Form.RESULTS, ENGINE);
        feed(stream, COUNT_1 + COLUMN_2 + ROW_3 + END_4, size);
        assertThat(toClient).hasToString(COUNT_1 + COLUMN_2 + ROW_3);
        assertThat(events).containsExactly("ok");
        assertThat(stream.takesError()).isTrue();
        stream.release();
        assertThat(toClient).hasToString(COUNT_1 + COLUMN_2 + ROW_3 + END_4);
        assertThat(events).containsExactly("ok", "done");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1000})
    void anErrorEndsAResponseAnywhere(int size) {
        String error = "ff2804" + "233432303030" + "78";
        feed(stream(ResponseStream.Form.RESULTS, ENGINE), "0a000001" + error, size);
        feed(stream(ResponseStream.Form.RESULTS, ENGINE), COUNT_1 + COLUMN_2 + ROW_3 + "0a000004" + error, size);
        assertThat(events).containsExactly("error 1064 untouched", "done", "error 1064", "done");
        events.clear();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1000})
    void aPreparedStatementHasItsEofsForAnOldClient(int size) {
        String prepared = "0c000001" + "00" + "07000000" + "0100" + "0200" + "00" + "0000";
        String definitions = "0100000241" + "0100000342" + "0100000443";
        feed(stream(ResponseStream.Form.PREPARED, ENGINE), prepared + definitions, size);
        assertThat(toClient).hasToString(prepared + definitions);
        assertThat(events).containsExactly("prepared 7", "done");
        toClient.setLength(0);
        events.clear();
        feed(stream(ResponseStream.Form.PREPARED, OLD), prepared + definitions, size);
        assertThat(toClient)
                .hasToString(prepared
                        + "0100000241"
                        + "0100000342"
                        + ("05000004" + "fe00000200")
                        + "0100000543"
                        + ("05000006" + "fe00000200"));
        assertThat(events).containsExactly("prepared 7", "done");
    }

    @ParameterizedTest
    @EnumSource(ResponseStream.Form.class)
    void randomBytesNeitherHangNorGrow(ResponseStream.Form form) {
        java.util.Random random = new java.util.Random(5);
        for (int i = 0; i < 2000; i++) {
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            ResponseStream stream = stream(form, random.nextBoolean() ? ENGINE : OLD);
            try {
                stream.feed(Unpooled.buffer().writeBytes(bytes));
            } catch (io.shareddb.protocol.wire.MalformedPacketException e) {
                assertThat(e.getMessage()).isNotEmpty();
            }
            stream.cancel();
            events.clear();
            toClient.setLength(0);
        }
    }
}
