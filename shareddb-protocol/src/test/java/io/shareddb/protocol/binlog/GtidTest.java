package io.shareddb.protocol.binlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.shareddb.protocol.Golden;
import io.shareddb.protocol.wire.MalformedPacketException;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GtidTest {
    private static final String A = "44db9d9b-e6ce-11f1-aaeb-02fc00000001";
    private static final String B = "f4db9d9b-e6ce-11f1-aaeb-02fc00000001";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | ''",
                A + ":1-5 | " + A + ":1-5",
                A + ":1 | " + A + ":1",
                A + ":3-5:1-2:9 | " + A + ":1-5:9", // MySQL merges what touches
                A + ":5-4 | ''",
                "' " + B + ":1,\n" + A + ":2 ' | " + A + ":2," + B + ":1", // ordered as bytes, not as signed numbers
                A + ":1-3:tag_a:5:b:1-2 | " + A + ":1-3:b:1-2:tag_a:5",
                "44DB9D9B-E6CE-11F1-AAEB-02FC00000001:Tag:7 | " + A + ":tag:7",
            })
    void setIsReadFromTextAndBytes(String text, String canonical) {
        MySqlGtidSet set = MySqlGtidSet.parse(text);
        assertThat(set).hasToString(canonical);
        assertThat(MySqlGtidSet.parse(canonical)).isEqualTo(set).hasSameHashCodeAs(set);
        ByteBuf out = Unpooled.buffer();
        GtidSetCodec.write(set, out);
        for (ByteBuf cut : Golden.cuts(out)) {
            assertThatThrownBy(() -> GtidSetCodec.read(cut)).isInstanceOf(MalformedPacketException.class);
        }
        assertThat(GtidSetCodec.read(out)).isEqualTo(set);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                A,
                A + ":0",
                A + ":-1",
                A + ":1-",
                A + ":9223372036854775807",
                A + "::1",
                "44db9d9b:1",
                A + ":t\u00e4g:1"
            })
    void textThatIsNoSetIsRefused(String text) {
        if (text.equals(A)) {
            assertThat(MySqlGtidSet.parse(text).isEmpty()).isTrue(); // a source without numbers, as in MySQL
        } else {
            assertThatThrownBy(() -> MySqlGtidSet.parse(text)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void taggedFormIsWrittenOnlyForTags() {
        ByteBuf out = Unpooled.buffer();
        GtidSetCodec.write(MySqlGtidSet.parse(A + ":1:t:2"), out);
        assertThat(ByteBufUtil.hexDump(out))
                .isEqualTo("01" + "020000000000" + "01" // two sources
                        + "44db9d9be6ce11f1aaeb02fc00000001" + "00" // no tag
                        + "0100000000000000" + "0100000000000000" + "0200000000000000"
                        + "44db9d9be6ce11f1aaeb02fc00000001" + "0274" // tag "t"
                        + "0100000000000000" + "0200000000000000" + "0300000000000000");
        assertThat(GtidSetCodec.read(Golden.hex("0000000000000000"))).isEqualTo(MySqlGtidSet.EMPTY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ffffffffffffff00", // 2^56 - 1 sources
                "01ffffffffffff01",
                "0000000000000002", // unknown form
                "0100000000000000 44db9d9be6ce11f1aaeb02fc00000001 ffffffffffffff7f",
                "0100000000000000 44db9d9be6ce11f1aaeb02fc00000001 ffffffffffffffff",
                "0100000000000000 44db9d9be6ce11f1aaeb02fc00000001 0100000000000000 0500000000000000 0500000000000000",
                "0100000000000000 44db9d9be6ce11f1aaeb02fc00000001 0100000000000000 0000000000000000 0500000000000000",
                "0101000000000001 44db9d9be6ce11f1aaeb02fc00000001 0220 0000000000000000",
            })
    void bytesThatAreNoSetAreRefused(String hex) {
        assertThatThrownBy(() -> GtidSetCodec.read(Golden.hex(hex))).isInstanceOf(MalformedPacketException.class);
    }

    @Test
    void setOperationsAgreeWithAPlainSetOfNumbers() {
        Random random = new Random(1);
        GtidSource source = GtidSource.of(A, "");
        for (int round = 0; round < 2000; round++) {
            TreeSet<Integer> left = new TreeSet<>();
            TreeSet<Integer> right = new TreeSet<>();
            MySqlGtidSet leftSet = MySqlGtidSet.EMPTY;
            MySqlGtidSet rightSet = MySqlGtidSet.EMPTY;
            for (int i = random.nextInt(12); i > 0; i--) {
                int a = 1 + random.nextInt(14);
                int b = 1 + random.nextInt(14);
                left.add(a);
                right.add(b);
                leftSet = leftSet.plus(new MySqlGtid(source, a));
                rightSet = rightSet.plus(new MySqlGtid(source, b));
            }
            TreeSet<Integer> minus = new TreeSet<>(left);
            minus.removeAll(right);
            TreeSet<Integer> plus = new TreeSet<>(left);
            plus.addAll(right);
            assertThat(numbers(leftSet.minus(rightSet))).isEqualTo(minus);
            assertThat(numbers(leftSet.plus(rightSet))).isEqualTo(plus);
            assertThat(leftSet.containsAll(rightSet)).isEqualTo(left.containsAll(right));
        }
    }

    private static Set<Integer> numbers(MySqlGtidSet set) {
        TreeSet<Integer> numbers = new TreeSet<>();
        for (int i = 1; i < 20; i++) {
            if (set.contains(MySqlGtid.parse(A + ":" + i))) {
                numbers.add(i);
            }
        }
        return numbers;
    }

    @Test
    void gtidsAreReadFromTheTextOfSessionTracking() {
        assertThat(MySqlGtid.parse(A + ":mytag:1"))
                .isEqualTo(new MySqlGtid(GtidSource.of(A, "mytag"), 1))
                .hasToString(A + ":mytag:1");
        assertThat(MariaDbGtid.parse("4294967295-4294967295-18446744073709551615"))
                .isEqualTo(new MariaDbGtid(0xffffffffL, 0xffffffffL, -1))
                .hasToString("4294967295-4294967295-18446744073709551615");
        assertThatThrownBy(() -> MariaDbGtid.parse("0-1")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> MariaDbGtid.parse("0-1-x")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> MySqlGtid.parse(A + ":0")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void mariaDbPositionIsAListOfGtids() {
        assertThat(MariaDbPosition.parse("")).isEqualTo(MariaDbPosition.START).hasToString("");
        assertThat(MariaDbPosition.parse("0-1-5, 1-2-3")).hasToString("0-1-5,1-2-3");
    }
}
