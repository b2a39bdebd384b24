package io.shareddb.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.shareddb.protocol.binlog.Checksum;
import io.shareddb.protocol.binlog.EventHeader;
import io.shareddb.protocol.binlog.EventPacket;
import io.shareddb.protocol.binlog.EventType;
import io.shareddb.protocol.binlog.FormatDescriptionEvent;
import io.shareddb.protocol.binlog.GtidSetCodec;
import io.shareddb.protocol.binlog.HeartbeatEvent;
import io.shareddb.protocol.binlog.MariaDbGtidEvent;
import io.shareddb.protocol.binlog.MariaDbGtidListEvent;
import io.shareddb.protocol.binlog.MySqlGtidEvent;
import io.shareddb.protocol.binlog.QueryEvent;
import io.shareddb.protocol.binlog.RotateEvent;
import io.shareddb.protocol.binlog.SemiSyncAck;
import io.shareddb.protocol.capability.Capabilities;
import io.shareddb.protocol.capability.Capability;
import io.shareddb.protocol.command.Command;
import io.shareddb.protocol.handshake.AuthMoreData;
import io.shareddb.protocol.handshake.AuthSwitchRequest;
import io.shareddb.protocol.handshake.Greeting;
import io.shareddb.protocol.handshake.LoginPacket;
import io.shareddb.protocol.handshake.SslRequest;
import io.shareddb.protocol.packet.BinaryRow;
import io.shareddb.protocol.packet.ColumnDefinition;
import io.shareddb.protocol.packet.EofPacket;
import io.shareddb.protocol.packet.ErrPacket;
import io.shareddb.protocol.packet.LocalFileRequest;
import io.shareddb.protocol.packet.OkPacket;
import io.shareddb.protocol.packet.PrepareOk;
import io.shareddb.protocol.packet.ResultSetHeader;
import io.shareddb.protocol.packet.SqlException;
import io.shareddb.protocol.packet.TextRow;
import io.shareddb.protocol.wire.MalformedPacketException;
import io.shareddb.protocol.wire.Payload;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every reader against bytes of real servers: it reads and writes them back, and whatever is cut, changed or made up gives
 * a value or a {@link MalformedPacketException}, nothing else.
 */
class GoldenTest {
    private static final Capabilities TRACK = Capabilities.of(Capability.SESSION_TRACK);
    private static final Capabilities EXTENDED = Capabilities.of(Capability.MARIADB_EXTENDED_METADATA);
    private static final Capabilities OPTIONAL = Capabilities.of(Capability.OPTIONAL_RESULTSET_METADATA);
    private static final Capabilities COMMAND = Capabilities.of(Capability.PLUGIN_AUTH, Capability.CONNECT_ATTRS);
    private static final Capabilities ATTRIBUTES = COMMAND.with(Capability.QUERY_ATTRIBUTES);
    private static final List<ColumnDefinition> BINARY_COLUMNS = List.of(column(3), column(253), column(12));

    private static ColumnDefinition column(int type) {
        return new ColumnDefinition("", "", "", "c", "", null, 45, 0, type, 0, 0);
    }

    static Stream<Arguments> examples() {
        return Stream.of(
                example("greeting_mariadb1145", Greeting::read),
                example("greeting_mysql97", Greeting::read),
                example("login_mysql97_cli", LoginPacket::read),
                example("login_mariadb1011_cli", LoginPacket::read),
                example("ssl_request_mysql97_cli", SslRequest::read),
                example("auth_switch_mysql97", AuthSwitchRequest::read),
                example("auth_more_fast_mysql97", AuthMoreData::read),
                example("auth_more_full_mysql97", AuthMoreData::read),
                example("auth_more_key_mysql97", AuthMoreData::read),
                example("ok_insert_mariadb1145", in -> OkPacket.read(in, TRACK)),
                example("ok_update_without_session_track_mysql97", in -> OkPacket.read(in, Capabilities.NONE)),
                example("ok_update_mysql97", in -> OkPacket.read(in, TRACK)),
                example("ok_schema_mysql97", in -> OkPacket.read(in, TRACK)),
                example("ok_last_gtid_mariadb1145", in -> OkPacket.read(in, TRACK)),
                example("rows_end_last_gtid_mariadb1145", in -> OkPacket.read(in, TRACK)),
                example("ok_begin_mariadb1145", in -> OkPacket.read(in, TRACK)),
                example("ok_commit_mariadb1145", in -> OkPacket.read(in, TRACK)),
                example("ok_set_names_mysql97", in -> OkPacket.read(in, TRACK)),
                example("ok_own_gtid_mysql97", in -> OkPacket.read(in, TRACK)),
                example("ok_tagged_gtid_mysql97", in -> OkPacket.read(in, TRACK)),
                example("err_syntax_mariadb1145", ErrPacket::read),
                example("err_syntax_mysql97", ErrPacket::read),
                example("err_too_many_connections_mariadb1145", ErrPacket::read),
                example("err_unknown_gtid_mariadb1145", ErrPacket::read),
                example("eof_mysql97", EofPacket::read),
                example("column_int_mariadb1145", in -> ColumnDefinition.read(in, Capabilities.NONE)),
                example("column_json_extended_mariadb1145", in -> ColumnDefinition.read(in, EXTENDED)),
                example("row_text_mariadb1145", TextRow::read),
                example("row_binary_mysql97", in -> BinaryRow.read(in, BINARY_COLUMNS)),
                example("prepare_ok_mariadb1145", PrepareOk::read),
                example("header_without_metadata_mysql97", in -> ResultSetHeader.read(in, OPTIONAL)),
                example("file_request_mysql97", LocalFileRequest::read),
                example("com_register_replica", in -> command(in, COMMAND)),
                example("com_binlog_dump_mariadb1145", in -> command(in, COMMAND)),
                example("com_binlog_dump_gtid", in -> command(in, COMMAND)),
                example("com_query_mysql97_cli", in -> command(in, ATTRIBUTES)),
                example("com_query_attributes", in -> command(in, ATTRIBUTES)),
                example("com_stmt_execute", in -> command(in, COMMAND)),
                example("com_change_user", in -> command(in, COMMAND)),
                example("semi_sync_ack", SemiSyncAck::read));
    }

    private static Command command(ByteBuf in, Capabilities capabilities) {
        return Command.read(in, capabilities, StandardCharsets.UTF_8);
    }

    private static Arguments example(String name, Function<ByteBuf, Payload> reader) {
        return Arguments.of(name, reader);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("examples")
    void isReadToItsEndAndWrittenBack(String name, Function<ByteBuf, Payload> reader) {
        ByteBuf recorded = Golden.payload(name);
        ByteBuf in = recorded.slice();
        Payload value = reader.apply(in);
        assertThat(in.readableBytes()).isZero();
        if (name.equals("ok_set_names_mysql97")) {
            return; // MySQL puts several variables into one change, we write one change for each
        }
        ByteBuf written = Unpooled.buffer();
        value.write(written);
        assertThat(ByteBufUtil.hexDump(written)).isEqualTo(ByteBufUtil.hexDump(recorded));
        assertThat(reader.apply(written)).isEqualTo(value).hasSameHashCodeAs(value);
        assertThat(value.toString()).isNotEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("examples")
    void survivesCutsAndNoise(String name, Function<ByteBuf, Payload> reader) {
        ByteBuf recorded = Golden.payload(name);
        Golden.cuts(recorded).forEach(cut -> survives(name, cut, reader));
        Random random = new Random(7);
        for (int i = 0; i < 300; i++) {
            ByteBuf changed = recorded.copy();
            for (int n = random.nextInt(4); n >= 0; n--) {
                changed.setByte(random.nextInt(changed.readableBytes()), random.nextInt(256));
            }
            survives(name, changed, reader);
            byte[] noise = new byte[random.nextInt(64)];
            random.nextBytes(noise);
            if (noise.length > 0) {
                noise[0] = recorded.getByte(0);
            }
            survives(name, Unpooled.wrappedBuffer(noise), reader);
        }
    }

    static Stream<Arguments> events() {
        return Stream.of("stream_mariadb1145", "stream_mysql97", "event_gtid_tagged_mysql97")
                .flatMap(name -> Golden.payloads(name).stream()
                        .map(payload ->
                                Arguments.of(name, name.startsWith("event") ? payload : payload.skipBytes(3), name)));
    }

    @ParameterizedTest
    @MethodSource("events")
    void eventSurvivesCutsAndNoise(String name, ByteBuf event) {
        assertThat(Checksum.CRC32.verify(event)).isTrue();
        assertThat(readEvent(event.slice())).isNotEqualTo("");
        int type = EventHeader.type(event);
        for (ByteBuf cut : Golden.cuts(event)) {
            survives(name, cut, GoldenTest::readEvent);
            if (cut.readableBytes() >= EventHeader.BYTES) { // also with a length that fits
                cut.setIntLE(9, cut.readableBytes());
                survives(name, cut, GoldenTest::readEvent);
            }
        }
        Random random = new Random(7);
        for (int i = 0; i < 300; i++) {
            ByteBuf changed = event.copy();
            for (int n = random.nextInt(4); n >= 0; n--) {
                changed.setByte(random.nextInt(changed.readableBytes()), random.nextInt(256));
            }
            changed.setByte(4, type);
            changed.setIntLE(9, changed.readableBytes());
            survives(name, changed, GoldenTest::readEvent);
        }
    }

    private static Object readEvent(ByteBuf event) {
        EventHeader.check(event);
        return switch (EventHeader.type(event)) {
            case EventType.ROTATE -> RotateEvent.read(event, Checksum.CRC32);
            case EventType.HEARTBEAT -> HeartbeatEvent.read(event, Checksum.CRC32);
            case EventType.FORMAT_DESCRIPTION -> FormatDescriptionEvent.read(event);
            case EventType.QUERY ->
                QueryEvent.endsTransaction(event, Checksum.CRC32) ? "end" : QueryEvent.read(event, Checksum.CRC32);
            case EventType.GTID, EventType.GTID_TAGGED -> MySqlGtidEvent.read(event, Checksum.CRC32);
            case EventType.MARIADB_GTID -> MariaDbGtidEvent.read(event, Checksum.CRC32);
            case EventType.MARIADB_GTID_LIST -> MariaDbGtidListEvent.read(event, Checksum.CRC32);
            default -> EventHeader.read(event);
        };
    }

    @Test
    void noiseNeverEscapesAReader() {
        Random random = new Random(11);
        for (int i = 0; i < 5000; i++) {
            byte[] noise = new byte[random.nextInt(80)];
            random.nextBytes(noise);
            if (noise.length > 0 && random.nextBoolean()) {
                noise[0] = (byte) random.nextInt(4);
            }
            survives("event packet", Unpooled.wrappedBuffer(noise), in -> EventPacket.ackWanted(in, true));
            survives("event", Unpooled.wrappedBuffer(noise), GoldenTest::readEvent);
            survives("gtid set", Unpooled.wrappedBuffer(noise), GtidSetCodec::read);
            survives("command", Unpooled.wrappedBuffer(noise), in -> command(in, ATTRIBUTES));
            survives("end", Unpooled.wrappedBuffer(noise), in -> OkPacket.readEnd(in, TRACK));
        }
    }

    private static void survives(String name, ByteBuf in, Function<ByteBuf, ?> reader) {
        ByteBuf before = in.slice();
        try {
            if (reader.apply(in) == null) {
                fail(name + " reads null from " + ByteBufUtil.hexDump(before));
            }
        } catch (MalformedPacketException | SqlException e) {
            // what a reader of hostile bytes has to expect
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            fail(name + " cannot take " + ByteBufUtil.hexDump(before), e);
        }
    }
}
