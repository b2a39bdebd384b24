package io.shareddb.cluster.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProbedDiskTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    @Test
    void tellsOfAFileThatCannotBeWrittenUntilItCan() throws Exception {
        Path file = directory.resolve("probe");
        Files.createDirectory(file);
        try (ProbedDisk disk = new ProbedDisk(directory, file, "disk")) {
            awaitFailure(disk, true);
            assertThat(disk.look().failure())
                    .hasValueSatisfying(why -> assertThat(why).contains("probe"));
            assertThat(disk.look().totalBytes()).isPositive();
            Files.delete(file);
            awaitFailure(disk, false);
            assertThat(Files.readString(file)).startsWith("20").endsWith(System.lineSeparator());
        }
    }

    private static void awaitFailure(ProbedDisk disk, boolean wanted) throws IOException, InterruptedException {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (disk.look().failure().isPresent() != wanted) {
            assertThat(System.nanoTime()).isLessThan(end);
            boolean unused = new CountDownLatch(1).await(10, TimeUnit.MILLISECONDS);
        }
    }

    @Test
    void aDirectoryThatIsThereFailsNot() throws Exception {
        try (ProbedDisk disk = new ProbedDisk(directory, directory.resolve("probe"), "disk")) {
            assertThat(disk.look().failure()).isEqualTo(Optional.empty());
        }
    }
}
