package io.shareddb.replication.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.shareddb.protocol.binlog.EventHeader;
import io.shareddb.protocol.wire.PayloadDecoder;
import io.shareddb.protocol.wire.SequenceCounter;
import io.shareddb.replication.archive.TransactionRecord;
import io.shareddb.replication.engine.Gtid;
import io.shareddb.replication.engine.mariadb.MariaDbFamily;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventStreamTest {
    private static final MariaDbFamily FAMILY = new MariaDbFamily();

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final PacketStream packets = new PacketStream(new WriteWindow(channel, Integer.MAX_VALUE), channel.alloc());
    private final EventStream events = new EventStream(packets, FAMILY.relay());
    private final SequenceCounter sequence = new SequenceCounter();
    private final EmbeddedChannel client = new EmbeddedChannel(new PayloadDecoder(sequence, Integer.MAX_VALUE));

    EventStreamTest() {
        sequence.set(1);
    }

    @AfterEach
    void release() {
        packets.close();
        channel.finishAndReleaseAll();
        client.finishAndReleaseAll();
    }

    /** What the engine gets: events, checked for their checksum. */
    private List<byte[]> received() throws Exception {
        packets.flush();
        for (ByteBuf sent = channel.readOutbound(); sent != null; sent = channel.readOutbound()) {
            client.writeInbound(sent);
        }
        List<byte[]> found = new ArrayList<>();
        for (ByteBuf payload = client.readInbound(); payload != null; payload = client.readInbound()) {
            assertThat(payload.readByte()).isZero();
            byte[] event = ByteBufUtil.getBytes(payload);
            payload.release();
            CRC32 checksum = new CRC32();
            checksum.update(event, 0, event.length - 4);
            assertThat(Unpooled.wrappedBuffer(event).getIntLE(event.length - 4)).isEqualTo((int) checksum.getValue());
            found.add(event);
        }
        return found;
    }

    private static byte[] event(int type, int bodyBytes) {
        ByteBuf event = Unpooled.buffer();
        new EventHeader(7, type, 101, EventHeader.BYTES + bodyBytes + 4L, 0, 8).write(event);
        byte[] body = new byte[bodyBytes];
        new Random(bodyBytes).nextBytes(body);
        return ByteBufUtil.getBytes(event.writeBytes(body).writeIntLE(0xbad));
    }

    private static TransactionRecord transaction(int pieceBytes, byte[]... events) {
        ByteBuf all = Unpooled.wrappedBuffer(events);
        List<ByteBuffer> pieces = new ArrayList<>();
        while (all.isReadable()) {
            pieces.add(ByteBuffer.wrap(ByteBufUtil.getBytes(all.readSlice(Math.min(pieceBytes, all.readableBytes())))));
        }
        return new Recorded(pieces);
    }

    private record Recorded(List<ByteBuffer> pieces) implements TransactionRecord {
        @Override
        public long seq() {
            return 1;
        }

        @Override
        public long epoch() {
            return 1;
        }

        @Override
        public Gtid gtid() {
            return FAMILY.gtid("0-1-1");
        }

        @Override
        public long timestampMillis() {
            return 0;
        }

        @Override
        public long eventBytes() {
            return pieces.stream().mapToLong(ByteBuffer::remaining).sum();
        }

        @Override
        public Iterator<ByteBuffer> events() {
            return pieces.iterator();
        }
    }

    @Test
    void opensLikeAServerAndCountsPlaces() throws Exception {
        ByteBuffer format = ByteBuffer.wrap(event(15, 200));
        events.rotate(format);
        events.opening(FAMILY.position("0-1-4"));
        events.transaction(transaction(1000, event(0xa2, 19), event(16, 8)));
        events.heartbeat();
        List<byte[]> found = received();
        assertThat(hex(found.get(0)))
                .startsWith("00000000" + "04" + "02000000" + "2a000000" + "00000000" + "2000" // header
                        + "0400000000000000" + "726166742e303030303031"); // 4, "raft.000001"
        assertThat(header(found.get(1))).isEqualTo(new EventHeader(7, 15, 101, EventHeader.BYTES + 204, 0, 8));
        assertThat(hex(found.get(2)))
                .startsWith("00000000" + "a3" + "02000000" + "2b000000" + "00000000" + "2000" + "01000000" + "00000000"
                        + "01000000" + "0400000000000000"); // 0-1-4
        assertThat(header(found.get(3)).nextPosition()).isEqualTo(4 + 42);
        assertThat(header(found.get(3)).serverId()).isEqualTo(101);
        assertThat(header(found.get(4)).nextPosition()).isEqualTo(4 + 42 + 31);
        assertThat(header(found.get(5)))
                .isEqualTo(new EventHeader(0, 27, 2, EventHeader.BYTES + 11 + 4, 4 + 42 + 31, 0));
        assertThat(found).hasSize(6);

        events.rotate(format);
        assertThat(hex(received().get(0))).contains("726166742e303030303032"); // "raft.000002"
        assertThat(events.position()).isEqualTo(4);
    }

    private static EventHeader header(byte[] event) {
        return EventHeader.peek(Unpooled.wrappedBuffer(event));
    }

    private static String hex(byte[] event) {
        return ByteBufUtil.hexDump(event);
    }

    @Test
    void piecesMayBeCutAnywhere() throws Exception {
        for (int pieceBytes : new int[] {1, 2, 18, 19, 20, 22, 23, 24, 100, 5000}) {
            events.transaction(transaction(pieceBytes, event(0xa2, 19), event(2, 0), event(23, 3000), event(16, 8)));
            List<byte[]> found = received();
            assertThat(found).hasSize(4);
            assertThat(found.get(2)).hasSize(3023);
            assertThat(hex(found.get(2)).substring(2 * EventHeader.BYTES, 2 * 3019))
                    .isEqualTo(hex(event(23, 3000)).substring(2 * EventHeader.BYTES, 2 * 3019));
        }
    }

    @Test
    void eventsOf16MegabytesAndMoreTakeSeveralPackets() throws Exception {
        int full = 0xffffff - 1 - EventHeader.BYTES - 4;
        for (int body : new int[] {full - 1, full, full + 1, 2 * 0xffffff}) {
            events.transaction(transaction(1 << 20, event(23, body), event(16, 8)));
            List<byte[]> found = received();
            assertThat(found).hasSize(2);
            assertThat(found.get(0)).hasSize(EventHeader.BYTES + body + 4);
        }
    }
}
