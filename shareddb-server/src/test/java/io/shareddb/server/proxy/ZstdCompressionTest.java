package io.shareddb.server.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.shareddb.protocol.wire.Compression;
import io.shareddb.protocol.wire.MalformedPacketException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ZstdCompressionTest {
    private static final byte[] TEXT = "abcdefghij".repeat(3000).getBytes(StandardCharsets.US_ASCII);

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 1, 3, 6, 22, 255})
    void bytesComeBackAtEveryLevelThatAClientMayAskFor(int level) {
        Compression compression = ZstdCompression.ofLevel(level);
        ByteBuf out = Unpooled.buffer().writeByte(7);
        assertThat(compression.compress(Unpooled.wrappedBuffer(TEXT), out)).isTrue();
        assertThat(out.readableBytes()).isLessThan(200);
        ByteBuf back = Unpooled.buffer();
        compression.decompress(out.skipBytes(1), back, TEXT.length);
        assertThat(ByteBufUtil.getBytes(back)).isEqualTo(TEXT);
    }

    @Test
    void whatWouldNotBeShorterIsNotCompressed() {
        byte[] noise = new byte[1000];
        new Random(1).nextBytes(noise);
        assertThat(ZstdCompression.ofLevel(3).compress(Unpooled.wrappedBuffer(noise), Unpooled.buffer()))
                .isFalse();
    }

    @Test
    void cutOrChangedOrMisnamedIsRefused() {
        Compression compression = ZstdCompression.ofLevel(3);
        ByteBuf packed = Unpooled.buffer();
        compression.compress(Unpooled.wrappedBuffer(TEXT), packed);
        for (int cut = 0; cut < packed.readableBytes(); cut++) {
            ByteBuf shorter = packed.copy(0, cut);
            assertThatThrownBy(() -> compression.decompress(shorter, Unpooled.buffer(), TEXT.length))
                    .isInstanceOf(MalformedPacketException.class);
        }
        for (int claimed : new int[] {1, TEXT.length - 1, TEXT.length + 1, 0xffffff}) {
            assertThatThrownBy(() -> compression.decompress(packed.copy(), Unpooled.buffer(), claimed))
                    .isInstanceOf(MalformedPacketException.class);
        }
        for (int seed = 0; seed < 1000; seed++) {
            byte[] noise = new byte[200];
            new Random(seed).nextBytes(noise);
            System.arraycopy(new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd}, 0, noise, 0, 4); // zstd's mark
            assertThatThrownBy(() -> compression.decompress(Unpooled.wrappedBuffer(noise), Unpooled.buffer(), 5000))
                    .isInstanceOf(MalformedPacketException.class);
        }
    }
}
