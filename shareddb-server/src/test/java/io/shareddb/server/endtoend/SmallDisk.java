package io.shareddb.server.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A small file system in memory, which takes the privilege to mount one: without it the test is skipped. One thread. */
final class SmallDisk implements AutoCloseable {
    private static final int MEGABYTE = 1 << 20;

    private final Path path;

    private SmallDisk(Path path) {
        this.path = path;
    }

    /** Mounts it on {@code path}, which is made. */
    static SmallDisk mount(Path path, int megabytes) throws Exception {
        Files.createDirectories(path);
        assumeThat(run("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "shareddb-test", path.toString()))
                .as("may mount a file system")
                .isTrue();
        return new SmallDisk(path);
    }

    private static boolean run(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false; // there is no such program
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    Path path() {
        return path;
    }

    /** Bytes. */
    long free() throws IOException {
        return Files.getFileStore(path).getUsableSpace();
    }

    /** Somebody else takes all that is left. */
    void fill() throws IOException {
        try (OutputStream out = Files.newOutputStream(filler())) {
            while (free() > 0) {
                out.write(new byte[(int) Math.min(free(), MEGABYTE)]);
            }
        } catch (IOException e) {
            assertThat(free()).isLessThan(MEGABYTE); // that is what was wanted
        }
    }

    /** And gives it back. */
    void empty() throws IOException {
        Files.deleteIfExists(filler());
    }

    private Path filler() {
        return path.resolve("filler");
    }

    /** Nothing uses it any more. */
    @Override
    public void close() {
        assertThat(run("umount", path.toString())).isTrue();
    }
}
