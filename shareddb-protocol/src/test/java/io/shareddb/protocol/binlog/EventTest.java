package io.shareddb.protocol.binlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.shareddb.protocol.Golden;
import io.shareddb.protocol.packet.SqlException;
import io.shareddb.protocol.wire.Bytes;
import io.shareddb.protocol.wire.MalformedPacketException;
import io.shareddb.protocol.wire.PayloadDecoder;
import io.shareddb.protocol.wire.PayloadEncoder;
import io.shareddb.protocol.wire.SequenceCounter;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventTest {
    private static List<ByteBuf> events(String stream) {
        List<ByteBuf> payloads = Golden.payloads(stream);
        payloads.forEach(payload -> EventPacket.ackWanted(payload, true));
        return payloads;
    }

    @Test
    void mariaDbTransactionIsRead() {
        List<ByteBuf> events = events("stream_mariadb1145");
        assertThat(RotateEvent.read(events.get(0), Checksum.CRC32)).isEqualTo(new RotateEvent(285, "pid-bin.000001"));
        assertThat(EventHeader.isArtificial(events.get(0))).isTrue();
        FormatDescriptionEvent format = FormatDescriptionEvent.read(events.get(1));
        assertThat(format.serverVersion()).isEqualTo("11.4.5-MariaDB-log");
        assertThat(format.checksum()).isEqualTo(Checksum.CRC32);
        assertThat(EventHeader.type(events.get(2))).isEqualTo(EventType.BINLOG_CHECKPOINT);
        assertThat(MariaDbGtidListEvent.read(events.get(3), Checksum.CRC32).gtids())
                .containsExactly(MariaDbGtid.parse("0-1-17"));
        MariaDbGtidEvent gtid = MariaDbGtidEvent.read(events.get(4), Checksum.CRC32);
        assertThat(gtid.gtid()).hasToString("0-1-18");
        assertThat(gtid.has(MariaDbGtidEvent.TRANSACTIONAL)).isTrue();
        assertThat(gtid.has(MariaDbGtidEvent.STANDALONE)).isFalse();
        ByteBuf xid = events.get(8);
        assertThat(EventHeader.read(xid.slice()))
                .isEqualTo(new EventHeader(0x6b045e62, EventType.XID, 1, 31, 0xdce, 0));
    }

    @Test
    void mySqlTransactionIsRead() {
        List<ByteBuf> events = events("stream_mysql97");
        FormatDescriptionEvent format = FormatDescriptionEvent.read(events.get(1));
        assertThat(format.serverVersion()).isEqualTo("9.7.4-2");
        MySqlGtidEvent gtid = MySqlGtidEvent.read(events.get(4), Checksum.CRC32);
        assertThat(gtid.gtid()).hasToString("4787698e-e750-11f1-af9c-02fc00000001:14");
        assertThat(gtid.lastCommitted()).isEqualTo(13);
        assertThat(gtid.sequenceNumber()).isEqualTo(14);
        long length =
                events.subList(4, 9).stream().mapToLong(EventHeader::length).sum();
        assertThat(gtid.transactionLength()).isEqualTo(length);
        QueryEvent begin = QueryEvent.read(events.get(5), Checksum.CRC32);
        assertThat(begin.text()).isEqualTo(Bytes.utf8("BEGIN"));
        assertThat(begin.database()).isEqualTo("shop");
        assertThat(QueryEvent.endsTransaction(events.get(5), Checksum.CRC32)).isFalse();
        assertThat(HeartbeatEvent.read(events.get(3), Checksum.CRC32))
                .isEqualTo(new HeartbeatEvent(3560, "binlog.000001"));
    }

    @Test
    void taggedGtidIsRead() {
        MySqlGtidEvent gtid = MySqlGtidEvent.read(Golden.payload("event_gtid_tagged_mysql97"), Checksum.CRC32);
        assertThat(gtid.gtid()).hasToString("4787698e-e750-11f1-af9c-02fc00000001:mytag:1");
        assertThat(gtid.lastCommitted()).isEqualTo(19);
        assertThat(gtid.sequenceNumber()).isEqualTo(22);
        assertThat(gtid.transactionLength()).isEqualTo(289);
    }

    @Test
    void acknowledgementIsWantedByTheLastEventOfATransaction() {
        List<ByteBuf> payloads = Golden.payloads("stream_mysql97");
        assertThat(EventPacket.ackWanted(payloads.get(7), true)).isFalse();
        ByteBuf xid = payloads.get(8);
        assertThat(EventPacket.ackWanted(xid, true)).isTrue();
        assertThat(EventHeader.nextPosition(xid)).isEqualTo(3845);
    }

    @Test
    void acknowledgementGoesOutWithNumberZeroBesideTheStream() {
        SequenceCounter sequence = new SequenceCounter();
        sequence.set(7);
        EmbeddedChannel channel = new EmbeddedChannel(new PayloadEncoder(sequence));
        channel.writeOutbound(EventPacket.of(channel.alloc(), new SemiSyncAck(1367, "binlog.000009")));
        ByteBuf packet = channel.readOutbound();
        assertThat(ByteBufUtil.hexDump(packet))
                .isEqualTo("16000000" + "ef" + "5705000000000000" + "62696e6c6f672e303030303039");
        packet.release();
        assertThat(sequence.peek()).isEqualTo(7);
        channel.finishAndReleaseAll();
    }

    @Test
    void streamThatEndsInAnErrorSaysIt() {
        assertThatThrownBy(() -> EventPacket.ackWanted(Golden.payload("err_unknown_gtid_mariadb1145"), true))
                .isInstanceOf(SqlException.class)
                .hasMessageContaining("1236 (HY000): Error: connecting slave requested to start from GTID 0-9-99");
        assertThat(EventPacket.isEnd(Golden.payload("eof_mysql97"))).isTrue();
    }

    @Test
    void rewrittenEventHasARightChecksum() {
        ByteBuf event = events("stream_mysql97").get(6).copy();
        EventHeader.setServerId(event, 4242);
        EventHeader.setNextPosition(event, 0xfffffffeL);
        assertThat(Checksum.CRC32.verify(event)).isFalse();
        Checksum.CRC32.fix(event);
        assertThat(Checksum.CRC32.verify(event)).isTrue();
        assertThat(EventHeader.serverId(event)).isEqualTo(4242);
        assertThat(EventHeader.nextPosition(event)).isEqualTo(0xfffffffeL);
        ByteBuf pieces = Unpooled.wrappedBuffer(event.slice(0, 10), event.slice(10, event.readableBytes() - 10));
        assertThat(Checksum.CRC32.verify(pieces)).isTrue();
    }

    @Test
    void madeUpEventsAreThoseOfTheEngines() {
        ByteBuf out = Unpooled.buffer();
        new RotateEvent(4, "binlog.000001").writeArtificial(out, 2, Checksum.CRC32);
        assertThat(out).isEqualTo(events("stream_mysql97").get(0));
        out.clear();
        new HeartbeatEvent(3560, "binlog.000001").write(out, 2, Checksum.CRC32);
        assertThat(out).isEqualTo(events("stream_mysql97").get(3));
        out.clear();
        new MariaDbGtidListEvent(0, List.of(MariaDbGtid.parse("0-1-17")))
                .writeArtificial(out, 1, 0xcf7, Checksum.CRC32);
        assertThat(out).isEqualTo(events("stream_mariadb1145").get(3));
    }

    @Test
    void formatDescriptionIsDetachedOrWrittenAnew() {
        ByteBuf event = events("stream_mariadb1145").get(1).copy();
        FormatDescriptionEvent.detach(event);
        assertThat(EventHeader.nextPosition(event)).isZero();
        assertThat(Checksum.CRC32.verify(event)).isTrue();
        FormatDescriptionEvent format = FormatDescriptionEvent.read(event);
        assertThat(format.created()).isZero();
        ByteBuf out = Unpooled.buffer();
        format.writeArtificial(out, 1);
        assertThat(FormatDescriptionEvent.read(out)).isEqualTo(format);
        assertThat(Checksum.CRC32.verify(out)).isTrue();
    }

    @Test
    void commitAndRollbackWordsEndATransaction() {
        assertThat(QueryEvent.endsTransaction(query("COMMIT"), Checksum.NONE)).isTrue();
        assertThat(QueryEvent.endsTransaction(query("ROLLBACK"), Checksum.NONE)).isTrue();
        assertThat(QueryEvent.endsTransaction(query("ROLLBACK TO a"), Checksum.NONE))
                .isFalse();
        assertThat(QueryEvent.endsTransaction(query("commit"), Checksum.NONE)).isFalse();
        assertThat(QueryEvent.endsTransaction(query(""), Checksum.NONE)).isFalse();
    }

    private static ByteBuf query(String text) {
        ByteBuf out = Unpooled.buffer();
        EventWriter.write(out, EventType.QUERY, 1, 0, 0, Checksum.NONE, body -> {
            body.writeIntLE(1).writeIntLE(0).writeByte(2).writeShortLE(0).writeShortLE(3);
            body.writeZero(3).writeBytes(new byte[] {'d', 'b', 0});
            Bytes.utf8(text).write(body);
        });
        return out;
    }

    @Test
    void eventOf20MegabytesPassesInPackets() {
        ByteBuf event = Unpooled.buffer();
        EventWriter.write(event, EventType.WRITE_ROWS_V1, 1, 0, 0, Checksum.CRC32, body -> body.writeZero(20 << 20));
        EmbeddedChannel out = new EmbeddedChannel(new PayloadEncoder(new SequenceCounter()));
        EmbeddedChannel in = new EmbeddedChannel(new PayloadDecoder(new SequenceCounter(), 1 << 30));
        out.writeOutbound(EventPacket.of(UnpooledByteBufAllocator.DEFAULT, event));
        for (ByteBuf part = out.readOutbound(); part != null; part = out.readOutbound()) {
            in.writeInbound(part);
        }
        ByteBuf payload = in.readInbound();
        assertThat(EventPacket.ackWanted(payload, false)).isFalse();
        assertThat(Checksum.CRC32.verify(payload)).isTrue();
        payload.release();
        assertThat(in.finish()).isFalse();
        assertThat(out.finish()).isFalse();
    }

    @Test
    void lengthThatLiesIsRefused() {
        ByteBuf event = events("stream_mysql97").get(8).copy();
        event.setIntLE(event.readerIndex() + 9, -1);
        assertThatThrownBy(() -> EventHeader.read(event))
                .isInstanceOf(MalformedPacketException.class)
                .hasMessageContaining("length 4294967295 in 31 bytes");
    }
}
