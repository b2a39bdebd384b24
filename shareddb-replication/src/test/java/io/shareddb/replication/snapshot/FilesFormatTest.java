package io.shareddb.replication.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilesFormatTest {
    private static final FilesHeader HEADER = new FilesHeader(
            "mariadb",
            "11.4.5",
            "0-1-2",
            List.of("shop", "shop/deep"),
            List.of(
                    new FilesHeader.Entry("empty", 0),
                    new FilesHeader.Entry("ibdata1", 2_500_000),
                    new FilesHeader.Entry("shop/deep/zeros", 1_500_000),
                    new FilesHeader.Entry("shop/t.ibd", 100)));

    @TempDir
    private Path folder;

    private Path from;

    @BeforeEach
    void makeFiles() throws IOException {
        from = Files.createDirectory(folder.resolve("from"));
        Files.createDirectories(from.resolve("shop/deep"));
        Random random = new Random(7);
        for (FilesHeader.Entry file : HEADER.files()) {
            byte[] bytes = new byte[(int) file.bytes()];
            if (!file.name().endsWith("zeros")) {
                random.nextBytes(bytes);
            }
            Files.write(from.resolve(file.name()), bytes);
        }
    }

    @Test
    void filesArriveAsTheyWere() throws Exception {
        List<Double> waits = new ArrayList<>();
        List<Long> progress = new ArrayList<>();
        Path to = Files.createDirectory(folder.resolve("to"));
        FilesReader reader = new FilesReader(new ByteArrayInputStream(written(HEADER)));
        FilesHeader header = reader.header(waits::add);
        reader.files(to, header, progress::add);
        assertThat(header).isEqualTo(HEADER);
        assertThat(waits).containsExactly(12.5, 40.0);
        assertThat(progress).isSorted().endsWith(4_000_100L);
        for (FilesHeader.Entry file : HEADER.files()) {
            assertThat(to.resolve(file.name())).hasSameBinaryContentAs(from.resolve(file.name()));
        }
    }

    @Test
    void everyCutIsTold() throws Exception {
        byte[] whole = small();
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> read(cut)).as("cut at %d", length).isInstanceOf(SnapshotFormatException.class);
        }
    }

    @Test
    void everyDamageIsTold() throws Exception {
        byte[] whole = small();
        for (int at = 0; at < whole.length; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 0x10;
            assertThatThrownBy(() -> read(damaged)).as("damaged at %d", at).isInstanceOf(IOException.class);
        }
    }

    @Test
    void noFileIsWrittenOutsideOfTheFolder() throws Exception {
        for (String name : List.of("../stolen", "/tmp/stolen", "shop/../../stolen", "", ".")) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream block = new DataOutputStream(bytes);
            block.writeByte(FilesWriter.HEADER);
            new FilesHeader("mariadb", "11.4.5", "", List.of(), List.of(new FilesHeader.Entry(name, 1))).write(block);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            new BlockOutput(out, FilesWriter.MAGIC, FilesWriter.VERSION).write(bytes.toByteArray());
            assertThatThrownBy(() -> read(out.toByteArray())).as(name).isInstanceOf(SnapshotFormatException.class);
        }
    }

    @Test
    void rowsAreNotTakenForFiles() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new SnapshotWriter(out).write(new SnapshotFrame.End(0));
        assertThatThrownBy(() -> read(out.toByteArray())).hasMessageContaining("no copy of files");
    }

    /** A copy without the large files. */
    private byte[] small() throws IOException {
        return written(new FilesHeader(
                "mariadb",
                "11.4.5",
                "0-1-2",
                HEADER.folders(),
                HEADER.files().stream().filter(file -> file.bytes() < 1000).toList()));
    }

    private byte[] written(FilesHeader header) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        FilesWriter writer = new FilesWriter(out);
        writer.waiting(12.5);
        writer.waiting(40);
        writer.files(from, header, done -> {});
        return out.toByteArray();
    }

    private void read(byte[] bytes) throws IOException {
        Path to = Files.createTempDirectory(folder, "to");
        FilesReader reader = new FilesReader(new ByteArrayInputStream(bytes));
        reader.files(to, reader.header(percent -> {}), done -> {});
    }
}
