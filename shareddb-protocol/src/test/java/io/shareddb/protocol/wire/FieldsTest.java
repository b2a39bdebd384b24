package io.shareddb.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.shareddb.protocol.Golden;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FieldsTest {
    @ParameterizedTest
    @CsvSource({
        "0, 00",
        "250, fa",
        "251, fcfb00",
        "65535, fcffff",
        "65536, fd000001",
        "16777215, fdffffff",
        "16777216, fe0000000100000000",
        "9223372036854775807, feffffffffffffff7f",
        "-1, feffffffffffffffff", // 2^64 - 1 means itself
    })
    void lengthEncodedIntegerAtEachBoundary(long value, String hex) {
        ByteBuf out = Unpooled.buffer();
        Fields.writeLengthEncodedInt(out, value);
        assertThat(ByteBufUtil.hexDump(out)).isEqualTo(hex);
        assertThat(Fields.lengthEncodedIntBytes(value)).isEqualTo(hex.length() / 2);
        for (ByteBuf cut : Golden.cuts(out)) {
            assertThatThrownBy(() -> Fields.readLengthEncodedInt(cut)).isInstanceOf(MalformedPacketException.class);
        }
        assertThat(Fields.readLengthEncodedInt(out)).isEqualTo(value);
        assertThat(out.isReadable()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"fb", "ff"})
    void nullIsNoLength(String hex) {
        assertThatThrownBy(() -> Fields.readLengthEncodedInt(Golden.hex(hex)))
                .isInstanceOf(MalformedPacketException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"05 61626364", "fe ffffffffffffffff 61", "fe ffffffffffffff7f 61", "fe 0000000001000000", ""})
    void lyingLengthIsRefusedBeforeAnythingIsAllocated(String hex) {
        assertThatThrownBy(() -> Fields.readLengthEncodedBytes(Golden.hex(hex)))
                .isInstanceOf(MalformedPacketException.class);
    }

    @Test
    void terminatedStringNeedsItsEnd() {
        assertThat(Fields.readTerminatedString(Golden.hex("c3a46200"))).isEqualTo("äb");
        assertThatThrownBy(() -> Fields.readTerminatedString(Golden.hex("6162")))
                .isInstanceOf(MalformedPacketException.class);
        assertThatThrownBy(() -> Fields.writeTerminatedString(Unpooled.buffer(), "a\0b"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void bytesAreAValue() {
        Bytes bytes = Bytes.hex("0a0b");
        assertThat(bytes).isEqualTo(Bytes.of(new byte[] {10, 11})).hasSameHashCodeAs(Bytes.hex("0a0b"));
        assertThat(bytes.plus(Bytes.hex("ff"))).isEqualTo(Bytes.hex("0a0bff"));
        assertThat(bytes.toString()).doesNotContain("0a0b");
        byte[] copy = bytes.toByteArray();
        copy[0] = 99;
        assertThat(bytes.at(0)).isEqualTo(10);
    }
}
