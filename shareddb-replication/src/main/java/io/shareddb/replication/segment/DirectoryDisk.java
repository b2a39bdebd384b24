package io.shareddb.replication.segment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A directory of the real file system, held under an exclusive lock while open. Thread-safe. */
public final class DirectoryDisk implements Disk {
    private static final String LOCK = "lock";
    private static final int ZEROS = 1 << 20;

    private final Path directory;
    private final FileChannel lockChannel;
    private final FileLock lock;

    private DirectoryDisk(Path directory, FileChannel lockChannel, FileLock lock) {
        this.directory = directory;
        this.lockChannel = lockChannel;
        this.lock = lock;
    }

    /**
     * Opens the directory, which is made if it does not exist.
     *
     * @throws IOException if it cannot be used or another process or log uses it; the message names it
     */
    public static DirectoryDisk open(Path directory) throws IOException {
        Files.createDirectories(directory);
        FileChannel channel =
                FileChannel.open(directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = tryLock(channel);
        if (lock == null) {
            channel.close();
            throw new IOException("log directory " + directory + " is in use by another process (file '" + LOCK
                    + "' in it is locked); one node uses one directory");
        }
        return new DirectoryDisk(directory, channel, lock);
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // held by this very process
        }
    }

    @Override
    public List<String> list() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(path -> String.valueOf(path.getFileName()))
                    .filter(name -> !name.equals(LOCK))
                    .sorted()
                    .toList();
        } catch (UncheckedIOException e) {
            throw new IOException("cannot list " + directory, e);
        }
    }

    @Override
    public LogFile open(String name) throws IOException {
        return new ChannelFile(
                FileChannel.open(directory.resolve(name), StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    @Override
    public LogFile create(String name, long size) throws IOException {
        FileChannel channel = FileChannel.open(
                directory.resolve(name),
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING);
        try {
            // Written, not only reserved: so that fdatasync of later writes has no metadata to commit.
            ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(ZEROS, Math.max(size, 1)));
            for (long offset = 0; offset < size; ) {
                zeros.clear().limit((int) Math.min(zeros.capacity(), size - offset));
                offset += channel.write(zeros, offset);
            }
            return new ChannelFile(channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Files.move(
                directory.resolve(from),
                directory.resolve(to),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void delete(String name) throws IOException {
        Files.deleteIfExists(directory.resolve(name));
    }

    @Override
    public void syncNames() throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public String describe() {
        return directory.toString();
    }

    @Override
    public void close() throws IOException {
        lock.release();
        lockChannel.close();
    }
}
