package io.shareddb.replication.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SnapshotFormatTest {
    private static final List<SnapshotFrame> FRAMES = List.of(
            new SnapshotFrame.Header("mariadb", "11.4.5-MariaDB", "0-1-2", 7),
            new SnapshotFrame.Restart("why"),
            new SnapshotFrame.Statement(
                    SnapshotFrame.Statement.Kind.VIEW, "`d`.`v`", "d", "ANSI", "latin1", "latin1_bin", "CREATE … ü"),
            new SnapshotFrame.Table(
                    1, "d", "t", new TableSize(1, 16_384), List.of("`a`", "`b`"), List.of("", "CAST(? AS UNSIGNED)")),
            new SnapshotFrame.Rows(1, 1, ByteBuffer.wrap(new byte[] {0, 0, 0, 2, 7, 0, 0, 0, 0})),
            new SnapshotFrame.TableEnd(1, 1),
            new SnapshotFrame.End(1));

    @Test
    void readsWhatWasWritten() throws Exception {
        SnapshotReader reader = new SnapshotReader(new ByteArrayInputStream(written()));
        List<SnapshotFrame> read = new ArrayList<>();
        do {
            read.add(reader.read());
        } while (!(read.get(read.size() - 1) instanceof SnapshotFrame.End));
        assertThat(read).isEqualTo(FRAMES);
    }

    @Test
    void everyCutIsTold() throws Exception {
        byte[] whole = written();
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> readAll(cut)).as("cut at %d", length).isInstanceOf(SnapshotFormatException.class);
        }
    }

    @Test
    void everyDamageIsTold() throws Exception {
        byte[] whole = written();
        for (int at = 0; at < whole.length; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 0x10;
            assertThatThrownBy(() -> readAll(damaged)).as("damaged at %d", at).isInstanceOf(IOException.class);
        }
    }

    private static byte[] written() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        SnapshotWriter writer = new SnapshotWriter(out);
        for (SnapshotFrame frame : FRAMES) {
            writer.write(frame);
        }
        return out.toByteArray();
    }

    private static void readAll(byte[] bytes) throws IOException {
        SnapshotReader reader = new SnapshotReader(new ByteArrayInputStream(bytes));
        while (!(reader.read() instanceof SnapshotFrame.End)) {
            assertThat(reader.plainBytes()).isPositive();
        }
    }
}
