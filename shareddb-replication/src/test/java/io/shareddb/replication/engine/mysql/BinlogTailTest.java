package io.shareddb.replication.engine.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.shareddb.protocol.binlog.EventHeader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BinlogTailTest {
    private static final String UUID = "16cd9db7-e6d2-11f1-87aa-02fc00000001";
    private static final int HEAD = 4 + 122 + 60;
    private static final int TRANSACTION = 79 + 100;

    @TempDir
    Path data;

    /** Three transactions, numbers 5 to 7. */
    private Path binlog(boolean inUse) throws IOException {
        ByteBuf file = Unpooled.buffer().writeInt(0xfe62696e);
        ByteBuf format = event(15, 122, inUse ? 1 : 0);
        format.setByte(122 - 5, 1); // CRC-32
        file.writeBytes(format).writeBytes(event(35, 60, 0));
        for (int number = 5; number <= 7; number++) {
            ByteBuf gtid = event(33, 79, 0);
            gtid.setLong(20, 0x16cd9db7e6d211f1L)
                    .setLong(28, 0x87aa02fc00000001L)
                    .setLongLE(36, number);
            gtid.setByte(44, 2).setByte(61 + 7, TRANSACTION);
            file.writeBytes(gtid).writeBytes(event(40, 100, 0));
        }
        byte[] bytes = new byte[file.readableBytes()];
        file.readBytes(bytes);
        Path path = data.resolve("binlog.000002");
        Files.write(path, bytes);
        Files.writeString(data.resolve("binlog.index"), "./binlog.000001\n./binlog.000002\n");
        return path;
    }

    private static ByteBuf event(int type, int length, int flags) {
        ByteBuf event = Unpooled.buffer();
        new EventHeader(1, type, 1, length, 0, flags).write(event);
        return event.writeZero(length - EventHeader.BYTES);
    }

    private boolean cut(String committed) throws IOException {
        return BinlogTail.of(data, "binlog").cut(MySqlPosition.parse(committed));
    }

    @Test
    void whatIsNotCommittedGoes() throws IOException {
        Path file = binlog(true);
        assertThat(cut(UUID + ":1-7")).isFalse();
        assertThat(Files.size(file)).isEqualTo(HEAD + 3 * TRANSACTION);
        assertThat(cut(UUID + ":1-5")).isTrue();
        assertThat(Files.size(file)).isEqualTo(HEAD + TRANSACTION);
        assertThat(cut(UUID + ":1-5")).isFalse();
        assertThat(cut("")).isTrue();
        assertThat(Files.size(file)).isEqualTo(HEAD);
        assertThat(cut("")).isFalse();
    }

    @Test
    void tornEventsGo() throws IOException {
        for (int size = HEAD; size < HEAD + 2 * TRANSACTION; size++) {
            Path file = binlog(true);
            Files.write(file, java.util.Arrays.copyOf(Files.readAllBytes(file), size));
            cut(UUID + ":1-4");
            assertThat(Files.size(file)).isEqualTo(HEAD);
        }
    }

    @Test
    void fileThatWasClosedInOrderStays() throws IOException {
        Path file = binlog(false);
        assertThat(cut("")).isFalse();
        assertThat(Files.size(file)).isEqualTo(HEAD + 3 * TRANSACTION);
    }

    @Test
    void nothingIsDoneWithoutABinlog() throws IOException {
        assertThat(cut("")).isFalse();
        Files.writeString(data.resolve("binlog.index"), "./binlog.000009\n");
        assertThat(cut("")).isFalse();
        Files.write(data.resolve("binlog.000009"), new byte[0]);
        assertThat(cut("")).isFalse();
    }
}
