package io.shareddb.protocol.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.shareddb.protocol.Golden;
import io.shareddb.protocol.capability.Capabilities;
import io.shareddb.protocol.capability.Capability;
import io.shareddb.protocol.capability.StatusFlag;
import io.shareddb.protocol.command.CommandCode;
import io.shareddb.protocol.wire.Bytes;
import io.shareddb.protocol.wire.MalformedPacketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseTrackerTest {
    private static final Capabilities OLD = Capabilities.of(Capability.PROTOCOL_41);
    private static final Capabilities NEW = OLD.with(Capability.DEPRECATE_EOF, Capability.SESSION_TRACK);

    /** H header, D definition, E end of definitions, R row, . end of rows, O OK, P prepared, T text. */
    @ParameterizedTest
    @CsvSource({
        "response_query_mariadb1145, 3, HDDDDRR.",
        "response_query_mysql97, 3, HDDDDRR.",
        "response_query_eof_mariadb1145, 3, HDDDDERR.",
        "response_query_eof_mysql97, 3, HDDDDERR.",
        "response_multi_mariadb1145, 3, HDR.HDR.",
        "response_multi_mysql97, 3, HDR.HDR.",
        "response_multi_eof_mariadb1145, 3, HDER.OHDER.",
        "response_multi_eof_mysql97, 3, HDER.OHDER.",
        "response_query_without_metadata_mysql97, 3, HR.",
        "response_query_without_metadata_eof_mysql97, 3, HER.",
        "response_field_list_mariadb1145, 4, DDDD.",
        "response_field_list_mysql97, 4, DDDD.",
        "response_field_list_eof_mariadb1145, 4, DDDD.",
        "response_field_list_eof_mysql97, 4, DDDD.",
        "response_prepare_mariadb1145, 22, PDDDDD",
        "response_prepare_mysql97, 22, PDDDDD",
        "response_prepare_eof_mariadb1145, 22, PDDEDDDE",
        "response_prepare_eof_mysql97, 22, PDDEDDDE",
        "response_prepare_set_eof_mariadb1145, 22, PDE",
        "response_prepare_set_eof_mysql97, 22, PDE",
        "response_prepare_without_metadata_eof_mysql97, 22, PEE",
        "response_execute_mariadb1145, 23, HDDDR.",
        "response_execute_mysql97, 23, HDDDR.",
        "response_execute_cursor_mariadb1145, 23, HDDD.",
        "response_execute_cursor_mysql97, 23, HDDD.",
        "response_execute_cursor_eof_mariadb1145, 23, HDDD.",
        "response_execute_cursor_eof_mysql97, 23, HDDD.",
        "response_fetch_mariadb1145, 28, R.",
        "response_fetch_mysql97, 28, R.",
        "response_fetch_eof_mariadb1145, 28, R.",
        "response_fetch_eof_mysql97, 28, R.",
        "response_statistics_mariadb1145, 9, T",
        "response_statistics_mysql97, 9, T",
        "response_set_option_mariadb1145, 27, .",
        "response_set_option_mysql97, 27, .",
        "response_set_option_eof_mariadb1145, 27, .",
        "response_set_option_eof_mysql97, 27, .",
        "err_syntax_mysql97, 3, !",
        "err_syntax_mysql97, 22, !",
        "err_syntax_mysql97, 28, !",
        "err_syntax_mysql97, 4, !",
        "err_syntax_mysql97, 14, !",
        "ok_insert_mariadb1145, 3, O",
        "ok_insert_mariadb1145, 14, O",
    })
    void findsTheEndOfEachResponse(String name, int command, String parts) {
        Capabilities capabilities = name.contains("_eof_") ? OLD : NEW;
        if (name.contains("without_metadata")) {
            capabilities = capabilities.with(Capability.OPTIONAL_RESULTSET_METADATA);
        }
        ResponseTracker tracker = new ResponseTracker(capabilities);
        for (boolean skipping : new boolean[] {false, true}) {
            tracker.begin(command);
            StringBuilder found = new StringBuilder();
            for (ByteBuf payload : Golden.payloads(name)) {
                assertThat(tracker.isComplete()).isFalse();
                boolean skipped = skipping && tracker.skip(payload.readableBytes(), payload.getUnsignedByte(0));
                ResponsePart part = skipped ? tracker.part() : tracker.accept(payload);
                found.append(letter(part));
            }
            assertThat(found).hasToString(parts);
            assertThat(tracker.isComplete()).isTrue();
        }
    }

    private static char letter(ResponsePart part) {
        return switch (part) {
            case HEADER -> 'H';
            case DEFINITION -> 'D';
            case DEFINITIONS_END -> 'E';
            case ROW -> 'R';
            case ROWS_END -> '.';
            case OK -> 'O';
            case PREPARED -> 'P';
            case TEXT -> 'T';
            case ERROR -> '!';
            default -> '?';
        };
    }

    @Test
    void localFileIsTheClientsTurnAndThenTheServerFinishes() {
        ResponseTracker tracker = new ResponseTracker(NEW);
        tracker.begin(CommandCode.QUERY);
        assertThat(tracker.accept(Golden.payload("file_request_mysql97"))).isEqualTo(ResponsePart.FILE_REQUEST);
        assertThat(tracker.isClientTurn()).isTrue();
        assertThat(tracker.isComplete()).isFalse();
        assertThat(tracker.accept(Golden.payload("ok_insert_mariadb1145"))).isEqualTo(ResponsePart.OK);
        assertThat(tracker.isClientTurn()).isFalse();
        assertThat(tracker.isComplete()).isTrue();
    }

    @Test
    void changeOfUserIsTheClientsTurnUntilOk() {
        ResponseTracker tracker = new ResponseTracker(NEW);
        tracker.begin(CommandCode.CHANGE_USER);
        assertThat(tracker.accept(Golden.payload("auth_switch_mysql97"))).isEqualTo(ResponsePart.AUTHENTICATION);
        assertThat(tracker.isClientTurn()).isTrue();
        assertThat(tracker.accept(Golden.payload("auth_more_fast_mysql97"))).isEqualTo(ResponsePart.AUTHENTICATION);
        tracker.accept(Golden.payload("ok_schema_mysql97"));
        assertThat(tracker.isComplete()).isTrue();
    }

    /** MySQL tells old clients before the row of OUT parameters alone that an OK follows; MariaDB behind it as well. */
    @ParameterizedTest
    @ValueSource(strings = {"fe 0000 0200", "fe 0000 0a10"})
    void outParametersAreFollowedByAnOkWhereverTheServerSaysSo(String end) {
        ResponseTracker tracker = new ResponseTracker(Capabilities.of(Capability.PS_MULTI_RESULTS));
        tracker.begin(CommandCode.STMT_EXECUTE);
        StringBuilder found = new StringBuilder();
        for (String payload : List.of(
                "01",
                "03646566 00 00 00 016f 00 0c 3f00 0b000000 03 8000 00 0000", // o, INT
                "fe 0000 0a10", // autocommit, more results, OUT parameters
                "00 00 06000000",
                end,
                "00 00 00 0200 0000")) {
            assertThat(tracker.isComplete()).isFalse();
            found.append(
                    letter(tracker.accept(Bytes.hex(payload.replace(" ", "")).toByteBuf())));
        }
        assertThat(found).hasToString("HDER.O");
        assertThat(tracker.isComplete()).isTrue();
    }

    @Test
    void statusFlagsAreThoseOfTheEnd() {
        ResponseTracker tracker = new ResponseTracker(NEW);
        tracker.begin(CommandCode.QUERY);
        tracker.accept(Golden.payload("ok_begin_mariadb1145"));
        assertThat(tracker.status().has(StatusFlag.IN_TRANSACTION)).isTrue();
        assertThat(tracker.status().has(StatusFlag.SESSION_STATE_CHANGED)).isTrue();
        tracker.begin(CommandCode.QUERY);
        Golden.payloads("response_query_mysql97").forEach(tracker::accept);
        assertThat(tracker.status().has(StatusFlag.IN_TRANSACTION)).isFalse();
    }

    @Test
    void streamOfEventsEndsWithAnErrorOnly() {
        ResponseTracker tracker = new ResponseTracker(NEW);
        tracker.begin(CommandCode.BINLOG_DUMP);
        for (ByteBuf payload : Golden.payloads("stream_mariadb1145")) {
            assertThat(tracker.accept(payload)).isEqualTo(ResponsePart.EVENT);
        }
        assertThat(tracker.isComplete()).isFalse();
        assertThat(tracker.accept(Golden.payload("err_unknown_gtid_mariadb1145")))
                .isEqualTo(ResponsePart.ERROR);
        assertThat(tracker.isComplete()).isTrue();
    }

    @Test
    void silentCommandsAreCompleteAtOnce() {
        ResponseTracker tracker = new ResponseTracker(NEW);
        for (int code : new int[] {CommandCode.QUIT, CommandCode.STMT_CLOSE, CommandCode.STMT_SEND_LONG_DATA}) {
            tracker.begin(code);
            assertThat(tracker.isComplete()).isTrue();
        }
        assertThatThrownBy(() -> tracker.accept(Golden.payload("ok_insert_mariadb1145")))
                .isInstanceOf(MalformedPacketException.class)
                .hasMessageContaining("nobody asked for");
    }

    @Test
    void rowOf16MegabytesIsNoEndAndItsPartsAreCountedOnce() {
        ResponseTracker tracker = new ResponseTracker(NEW);
        tracker.begin(CommandCode.STMT_FETCH);
        assertThat(tracker.skip(0xffffff, 0xfe)).isTrue();
        assertThat(tracker.part()).isEqualTo(ResponsePart.ROW);
        ByteBuf first = Unpooled.buffer(4 + 0xffffff).writeMediumLE(0xffffff).writeByte(1);
        first.writeByte(0xfe).writeZero(0xffffff - 1);
        assertThat(tracker.acceptPacket(first)).isEqualTo(ResponsePart.ROW);
        assertThat(tracker.acceptPacket(Golden.hex("0000 00 02"))).isEqualTo(ResponsePart.CONTINUATION);
        assertThat(tracker.isComplete()).isFalse();
        tracker.acceptPacket(Golden.hex("0700 00 03 fe 00 00 0200 0000"));
        assertThat(tracker.isComplete()).isTrue();
    }

    @Test
    void noiseIsRefusedOrTaken() {
        Random random = new Random(3);
        List<Integer> codes = new ArrayList<>(List.of(3, 4, 9, 14, 17, 18, 22, 23, 28));
        for (int i = 0; i < 20_000; i++) {
            ResponseTracker tracker = new ResponseTracker(random.nextBoolean() ? OLD : NEW);
            tracker.begin(codes.get(random.nextInt(codes.size())));
            try {
                for (int packet = 0; packet < 10 && !tracker.isComplete(); packet++) {
                    byte[] noise = new byte[random.nextInt(12)];
                    random.nextBytes(noise);
                    if (noise.length > 0 && random.nextBoolean()) {
                        noise[0] = (byte) new int[] {0, 1, 0xfe, 0xff, 0xfb}[random.nextInt(5)];
                    }
                    tracker.accept(Unpooled.wrappedBuffer(noise));
                }
            } catch (MalformedPacketException e) {
                assertThat(e).hasMessageMatching("(?s).+");
            }
        }
    }

    @Test
    void collectorReadsResults() {
        ResponseCollector collector = new ResponseCollector(NEW, 1000);
        collector.begin(CommandCode.QUERY);
        List<ByteBuf> payloads = Golden.payloads("response_multi_mysql97");
        ByteBuf last = payloads.get(payloads.size() - 1);
        payloads.subList(0, payloads.size() - 1)
                .forEach(payload -> assertThat(collector.accept(payload)).isEmpty());
        Response response = collector.accept(last).orElseThrow();
        assertThat(response.results()).hasSize(2);
        assertThat(response.results().get(0).rows()).containsExactly(TextRow.of("1"));
        assertThat(response.orThrow().columns().get(0).name()).isEqualTo("y");
        assertThat(response.orThrow().rows().get(0).text(0)).isEqualTo("x");
    }

    @Test
    void collectorRefusesMoreThanItsLimit() {
        ResponseCollector collector = new ResponseCollector(NEW, 10);
        collector.begin(CommandCode.QUERY);
        assertThatThrownBy(() -> Golden.payloads("response_query_mysql97").forEach(collector::accept))
                .isInstanceOf(MalformedPacketException.class)
                .hasMessageContaining("more than 10 bytes");
    }
}
