package io.shareddb.replication.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.shareddb.protocol.binlog.EventHeader;
import io.shareddb.replication.archive.Fragment;
import io.shareddb.replication.engine.mariadb.MariaDbFamily;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TransactionAssemblerTest {
    private static final MariaDbFamily FAMILY = new MariaDbFamily();

    private final List<Fragment> fragments = new ArrayList<>();
    private final List<CapturedTransaction> complete = new ArrayList<>();
    private final TransactionAssembler assembler = new TransactionAssembler((fragment, ticket) -> {
        fragments.add(fragment);
        if (ticket != null) {
            complete.add(ticket);
        }
    });

    private static ByteBuf event(int bodyBytes, boolean checksum) {
        byte[] body = new byte[bodyBytes];
        new Random(bodyBytes).nextBytes(body);
        ByteBuf event = Unpooled.buffer();
        new EventHeader(7, 2, 1, EventHeader.BYTES + bodyBytes + (checksum ? 4L : 0), 99, 0).write(event);
        event.writeBytes(body);
        if (checksum) {
            CRC32 sum = new CRC32();
            sum.update(event.nioBuffer());
            event.writeIntLE((int) sum.getValue());
        }
        return event;
    }

    private void feed(ByteBuf event, boolean checksum, int pieceBytes) {
        assembler.beginEvent(EventHeader.peek(event), checksum);
        ByteBuf rest = event.duplicate();
        while (rest.isReadable()) {
            assembler.bytes(rest.readSlice(Math.min(pieceBytes, rest.readableBytes())));
        }
        assembler.endEvent();
    }

    private void end() {
        CaptureStream stream = new CaptureStream(
                new NoOwner(),
                new EmbeddedChannel(),
                FAMILY.capture().framer(FAMILY.position("")),
                Clock.systemUTC(),
                new StageTimings());
        assembler.endTransaction(
                new CapturedTransaction(stream, FAMILY.gtid("0-1-5"), new BinlogPlace("f", 4), true, 0, 0));
    }

    private byte[] content() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        fragments.forEach(fragment -> all.writeBytes(ByteBufUtil.getBytes(Unpooled.wrappedBuffer(fragment.events()))));
        return all.toByteArray();
    }

    @Test
    void smallTransactionIsOneFragment() {
        assembler.beginTransaction(FAMILY.gtid("0-1-5"), 77);
        ByteBuf one = event(30, true);
        ByteBuf two = event(300, true);
        feed(one, true, 1000);
        feed(two, true, 7);
        end();
        assertThat(fragments).hasSize(1);
        Fragment fragment = fragments.get(0);
        assertThat(List.of(fragment.first(), fragment.last(), fragment.gtid(), fragment.timestampMillis()))
                .isEqualTo(List.<Object>of(true, true, "0-1-5", 77L));
        assertThat(content()).isEqualTo(ByteBufUtil.getBytes(Unpooled.wrappedBuffer(one, two)));
        assertThat(complete).hasSize(1);
    }

    @Test
    void largeTransactionIsCutIntoMegabytes() {
        assembler.beginTransaction(FAMILY.gtid("0-1-5"), 77);
        ByteBuf event = event(2_500_000, true);
        feed(event, true, 65_536);
        end();
        assertThat(fragments).extracting(Fragment::first).containsExactly(true, false, false);
        assertThat(fragments).extracting(Fragment::last).containsExactly(false, false, true);
        assertThat(fragments)
                .extracting(fragment -> fragment.events().remaining())
                .containsExactly(1 << 20, 1 << 20, 2_500_023 - (2 << 20));
        assertThat(content()).isEqualTo(ByteBufUtil.getBytes(event));
    }

    @Test
    void eventsWithoutChecksumGetOne() {
        for (int pieceBytes : new int[] {1, 18, 19, 20, 1000}) {
            fragments.clear();
            assembler.beginTransaction(FAMILY.gtid("0-1-5"), 77);
            feed(event(40, false), false, pieceBytes);
            end();
            assertThat(content()).isEqualTo(ByteBufUtil.getBytes(event(40, true)));
        }
    }

    @Test
    void unfinishedTransactionLeavesNothingBehind() {
        assembler.beginTransaction(FAMILY.gtid("0-1-5"), 77);
        feed(event(100, true), true, 1000);
        assembler.beginTransaction(FAMILY.gtid("0-1-5"), 78);
        ByteBuf again = event(50, true);
        feed(again, true, 1000);
        end();
        assertThat(fragments).hasSize(1);
        assertThat(content()).isEqualTo(ByteBufUtil.getBytes(again));
    }

    private static final class NoOwner implements CaptureStream.Owner {
        @Override
        public void onFormat(CaptureStream stream, ByteBuffer format) {}

        @Override
        public void onStart(CaptureStream stream, BinlogPlace place) {}

        @Override
        public boolean onFragment(CaptureStream stream, Fragment fragment, @Nullable CapturedTransaction ticket) {
            return true;
        }

        @Override
        public void onPause() {}

        @Override
        public void onClosed(CaptureStream stream, Throwable cause) {}
    }
}
