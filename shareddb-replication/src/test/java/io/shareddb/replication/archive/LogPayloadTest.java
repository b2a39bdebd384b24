package io.shareddb.replication.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.shareddb.replication.log.LogCorruptException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LogPayloadTest {
    private static final EpochHeader EPOCH =
            new EpochHeader(7, 2, 1_700_000_000_000L, "mariadb", "n1", "11.4.5", "0-1-5", ArchiveFixture.bytes("FDE"));
    private static final Batch BATCH = new Batch(
            7,
            2,
            3,
            List.of(
                    ArchiveFixture.whole("0-107-6"),
                    ArchiveFixture.first("0-107-7", "one "),
                    ArchiveFixture.middle("two "),
                    ArchiveFixture.last("three")));

    @Test
    void epochHasTheDocumentedLayout() {
        assertThat(hex(EPOCH.encode()))
                .isEqualTo("01" + "01" // kind, version
                        + "0000000000000007" // epoch
                        + "0000000000000002" // opening
                        + "0000018bcfe56800" // timestamp
                        + "00000007" + "6d617269616462" // "mariadb"
                        + "00000002" + "6e31" // "n1"
                        + "00000006" + "31312e342e35" // "11.4.5"
                        + "00000005" + "302d312d35" // "0-1-5"
                        + "00000003" + "464445"); // format description
    }

    @Test
    void batchHasTheDocumentedLayout() {
        Batch batch = new Batch(7, 2, 3, List.of(ArchiveFixture.first("0-1-5", "ab"), ArchiveFixture.last("c")));
        assertThat(hex(batch.encode()))
                .isEqualTo("02" + "01" // kind, version
                        + "0000000000000007" // epoch
                        + "0000000000000002" // opening
                        + "0000000000000003" // number
                        + "00000002" // fragments
                        + "01" + "00000005" + "302d312d35" + "0000000000001388" // first: "0-1-5", timestamp 5000
                        + "00000002" + "6162" // events
                        + "02" + "00000001" + "63"); // last
    }

    private static String hex(ByteBuffer bytes) {
        return ByteBufUtil.hexDump(Unpooled.wrappedBuffer(bytes));
    }

    @Test
    void readsWhatItWrote() {
        assertThat(LogPayload.read(EPOCH.encode())).isEqualTo(EPOCH);
        assertThat(LogPayload.read(BATCH.encode())).isEqualTo(BATCH);
    }

    @Test
    void payloadCutAnywhereOrTooLongIsRefused() {
        for (LogPayload payload : List.of(EPOCH, BATCH)) {
            ByteBuffer whole = payload.encode();
            for (int length = 0; length < whole.limit(); length++) {
                ByteBuffer cut = whole.slice(0, length);
                assertThatThrownBy(() -> LogPayload.read(cut))
                        .as("first %s bytes", length)
                        .isInstanceOf(LogCorruptException.class);
            }
            ByteBuffer longer = ByteBuffer.allocate(whole.limit() + 1);
            longer.put(whole.duplicate()).clear();
            assertThatThrownBy(() -> LogPayload.read(longer)).isInstanceOf(LogCorruptException.class);
        }
    }

    @Test
    void randomBytesAreRefusedOrRead() {
        Random random = new Random(11);
        for (int i = 0; i < 100_000; i++) {
            byte[] bytes = new byte[random.nextInt(80)];
            random.nextBytes(bytes);
            if (bytes.length > 1) {
                bytes[0] = (byte) (1 + random.nextInt(2));
                bytes[1] = 1;
            }
            try {
                LogPayload.read(ByteBuffer.wrap(bytes));
            } catch (LogCorruptException expected) {
                assertThat(expected).hasMessageNotContaining("null");
            }
        }
    }
}
