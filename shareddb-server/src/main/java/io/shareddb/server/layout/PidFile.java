package io.shareddb.server.layout;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A file that holds the id of the one process that uses a directory, locked as long as that process lives: the lock ends with the
 * process however it dies, so an old file is never in the way. Thread-safe: immutable.
 */
public final class PidFile implements AutoCloseable {
    private final FileChannel channel;

    private PidFile(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes the directory of {@code file} for this process.
     *
     * @throws DirectoryInUseException if a live process has it
     * @throws IOException if the file cannot be written
     */
    public static PidFile take(Path file) throws IOException {
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            if (lock(channel) == null) {
                throw new DirectoryInUseException(file, read(file));
            }
            channel.truncate(0);
            String text = ProcessHandle.current().pid() + "\n";
            channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)), 0);
            return new PidFile(channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // another node in this JVM
        }
    }

    /** The process id in {@code file}, whether it lives or not; empty without a readable one. */
    public static OptionalLong read(Path file) {
        try {
            return OptionalLong.of(Long.parseLong(Files.readString(file).strip()));
        } catch (IOException | NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /** Whether a live process holds the lock of {@code file}. */
    public static boolean taken(Path file) {
        if (!Files.exists(file)) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
                FileLock lock = lock(channel)) {
            return lock == null;
        } catch (IOException e) {
            return false; // whoever wants the directory meets the same error and names it
        }
    }

    @Override
    public void close() throws IOException {
        channel.truncate(0); // not deleted: somebody may have opened it and wait for the lock
        channel.close();
    }
}
