package io.shareddb.replication.engine.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shareddb.replication.snapshot.SnapshotFormatException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RowTextTest {
    @Test
    void separatorsAndBackslashesAreEscapedAndNullIsNotTheTextOfNull() throws Exception {
        byte[] values = values("a\tb", "c\nd", "\\", null, "\\N", "", "\0\r");
        RowText text = new RowText(7);
        assertThat(convert(text, values, 64, values.length))
                .isEqualTo("a\\tb\tc\\nd\t\\\\\t\\N\t\\\\N\t\t\0\r\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(text.rows()).isEqualTo(1);
        assertThat(text.complete()).isTrue();
    }

    @Test
    void piecesAndBuffersMayEndAnywhere() throws Exception {
        ByteArrayOutputStream rows = new ByteArrayOutputStream();
        for (int i = 0; i < 50; i++) {
            rows.write(values("x\n".repeat(i), null, "\t" + i));
        }
        byte[] whole = convert(new RowText(3), rows.toByteArray(), 1 << 16, 1 << 16);
        Random random = new Random(5);
        for (int i = 0; i < 200; i++) {
            RowText text = new RowText(3);
            int buffer = 16 + random.nextInt(50);
            int piece = 1 + random.nextInt(40);
            assertThat(convert(text, rows.toByteArray(), buffer, piece))
                    .as("buffer %d piece %d", buffer, piece)
                    .isEqualTo(whole);
            assertThat(text.rows()).isEqualTo(50);
            assertThat(text.complete()).isTrue();
        }
    }

    @Test
    void stopsWithTheRowThatFillsTheStatement() throws Exception {
        RowText text = new RowText(1);
        ByteBuffer values = ByteBuffer.wrap(values("one", "two", "three"));
        byte[] into = new byte[100];
        assertThat(text.convert(values, into, 5)).isEqualTo("one\ntwo\n".length());
        assertThat(text.complete()).isTrue();
        assertThat(text.convert(values, into, 5)).isEqualTo("three\n".length());
        assertThat(text.rows()).isEqualTo(3);
    }

    @Test
    void lengthsBelowZeroAreRefused() {
        RowText text = new RowText(1);
        ByteBuffer values = ByteBuffer.wrap(new byte[] {-1, 0, 0, 0});
        assertThatThrownBy(() -> text.convert(values, new byte[16], 16)).isInstanceOf(SnapshotFormatException.class);
    }

    private static byte[] convert(RowText text, byte[] values, int bufferBytes, int pieceBytes) throws Exception {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] buffer = new byte[bufferBytes];
        for (int at = 0; at < values.length; at += pieceBytes) {
            ByteBuffer piece = ByteBuffer.wrap(values, at, Math.min(pieceBytes, values.length - at));
            while (piece.hasRemaining()) {
                all.write(buffer, 0, text.convert(piece, buffer, Integer.MAX_VALUE));
            }
        }
        return all.toByteArray();
    }

    private static byte[] values(@Nullable String... texts) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String text : texts) {
            byte[] bytes = text == null ? new byte[0] : text.getBytes(StandardCharsets.ISO_8859_1);
            out.write(ByteBuffer.allocate(4)
                    .putInt(text == null ? 0 : bytes.length + 1)
                    .array());
            out.write(bytes);
        }
        return out.toByteArray();
    }
}
