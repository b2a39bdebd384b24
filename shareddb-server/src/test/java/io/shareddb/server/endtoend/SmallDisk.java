package io.shareddb.server.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/** A small file system, which takes the privilege to mount one. One thread. */
public final class SmallDisk implements AutoCloseable {
    private static final int MEGABYTE = 1 << 20;
    private static final int LEFT_WHEN_BROKEN = 4096; // bytes
    private static final Duration UNUSED = Duration.ofSeconds(20);

    private final Path path;
    private final Optional<Path> image;
    private final int megabytes;

    private SmallDisk(Path path, Optional<Path> image, int megabytes) {
        this.path = path;
        this.image = image;
        this.megabytes = megabytes;
    }

    /** Mounts one in memory on {@code path}, which is made; without the privilege the test is skipped. */
    static SmallDisk mount(Path path, int megabytes) throws IOException {
        Files.createDirectories(path);
        assumeThat(Processes.succeed(
                        "mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "shareddb-test", path.toString()))
                .as("may mount a file system")
                .isTrue();
        return new SmallDisk(path, Optional.empty(), megabytes);
    }

    /**
     * Mounts one on {@code path}, which is made, whose content is in the file {@code image}, which is made as well and takes the room that is used.
     *
     * @return empty without the privilege or the programs for it
     */
    public static Optional<SmallDisk> mount(Path path, Path image, int megabytes) throws IOException {
        Files.createDirectories(path);
        SmallDisk disk = new SmallDisk(path, Optional.of(image), megabytes);
        if (disk.format()) {
            return Optional.of(disk);
        }
        Files.delete(image);
        return Optional.empty();
    }

    private boolean format() throws IOException {
        String file = image.orElseThrow().toString();
        setLength((long) megabytes * MEGABYTE);
        return Processes.succeed("mkfs.ext4", "-q", "-F", "-m", "0", file)
                && Processes.succeed("mount", "-o", "loop", file, path.toString());
    }

    private void setLength(long bytes) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(image.orElseThrow().toFile(), "rw")) {
            file.setLength(bytes);
        }
    }

    /** What an earlier run that was killed left mounted on {@code path} is so no more. */
    public static void release(Path path) {
        boolean unused = Files.isDirectory(path) && Processes.succeed("umount", path.toString());
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
        boolean unused =
                Processes.succeed("fallocate", "-l", String.valueOf(free() - MEGABYTE), filler().toString()); // at once
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

    /**
     * It breaks for good: what reaches the device from now on fails with EIO, to read it or to write it; what the system holds in memory can still be
     * read. For one that is in a file.
     */
    public void fail() throws IOException {
        String device = device();
        setLength(LEFT_WHEN_BROKEN);
        assertThat(Processes.succeed("losetup", "--set-capacity", device)).isTrue();
    }

    private String device() throws IOException {
        try (Stream<String> mounts = Files.lines(Path.of("/proc/mounts"))) {
            return mounts.map(line -> line.split(" "))
                    .filter(words -> words[1].equals(path.toString()))
                    .map(words -> words[0])
                    .reduce((earlier, last) -> last)
                    .orElseThrow();
        }
    }

    /** Another one is put in its place, on which there is nothing. Nothing uses the old one any more. */
    public void replace() throws IOException {
        close();
        setLength(0);
        assertThat(format()).isTrue();
    }

    private Path filler() {
        return path.resolve("filler");
    }

    /** Nothing uses it any more, or will not in a moment. */
    @Override
    public void close() {
        Poll.until(path + " is no more mounted", UNUSED, () -> Processes.succeed("umount", path.toString()));
    }
}
