package io.shareddb.server.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A small file system, which takes the privilege to mount one. One thread. */
public final class SmallDisk implements AutoCloseable {
    private static final int MEGABYTE = 1 << 20;

    private final Path path;

    private SmallDisk(Path path) {
        this.path = path;
    }

    /** Mounts one in memory on {@code path}, which is made; without the privilege the test is skipped. */
    static SmallDisk mount(Path path, int megabytes) throws IOException {
        Files.createDirectories(path);
        assumeThat(run("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "shareddb-test", path.toString()))
                .as("may mount a file system")
                .isTrue();
        return new SmallDisk(path);
    }

    /**
     * Mounts one on {@code path}, which is made, whose content is in the file {@code image}, which is made as well and takes the room that is used.
     *
     * @return empty without the privilege or the programs for it
     */
    public static Optional<SmallDisk> mount(Path path, Path image, int megabytes) throws IOException {
        Files.createDirectories(path);
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength((long) megabytes * MEGABYTE);
        }
        if (run("mkfs.ext4", "-q", "-F", "-m", "0", image.toString())
                && run("mount", "-o", "loop", image.toString(), path.toString())) {
            return Optional.of(new SmallDisk(path));
        }
        Files.delete(image);
        return Optional.empty();
    }

    /** What an earlier run that was killed left mounted on {@code path} is so no more. */
    public static void release(Path path) {
        boolean unused = Files.isDirectory(path) && run("umount", path.toString());
    }

    private static boolean run(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
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
    public void fill() throws IOException {
        boolean unused = run("fallocate", "-l", String.valueOf(free() - MEGABYTE), filler().toString()); // at once
        try (OutputStream out = Files.newOutputStream(filler(), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            while (free() > 0) {
                out.write(new byte[(int) Math.min(free(), MEGABYTE)]);
            }
        } catch (IOException e) {
            assertThat(free()).isLessThan(MEGABYTE); // that is what was wanted
        }
    }

    /** And gives it back. */
    public void empty() throws IOException {
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
