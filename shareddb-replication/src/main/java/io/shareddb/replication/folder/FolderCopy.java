package io.shareddb.replication.folder;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;

/** Copies a large folder and tells how far it is. One thread. */
public final class FolderCopy {
    private static final int CHUNK_BYTES = 1 << 20;

    private final Path from;
    private final Filter filter;

    /** Which files are copied. */
    @FunctionalInterface
    public interface Filter {
        /**
         * Whether to copy it.
         *
         * @param relative its name in the folder
         * @throws IOException if there must be no such file
         */
        boolean copies(Path relative) throws IOException;
    }

    /** Told now and then. */
    @FunctionalInterface
    public interface Progress {
        /**
         * So far.
         *
         * @param done bytes that are copied
         * @param all bytes that were there at the beginning
         */
        void at(long done, long all);
    }

    /** Nothing is read yet. */
    public FolderCopy(Path from, Filter filter) {
        this.from = from;
        this.filter = filter;
    }

    /** Length of all files in {@code folder}, whose owner may go on creating, writing and deleting; 0 if there is no such folder. */
    public static long bytes(Path folder) throws IOException {
        long[] bytes = new long[1];
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                bytes[0] += attributes.size();
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException gone) {
                return FileVisitResult.CONTINUE;
            }
        });
        return bytes[0];
    }

    /** Copies into {@code target}, which is not there. Nothing is synced. */
    public void to(Path target, Progress progress) throws IOException {
        long all = bytes(from);
        ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            private long done;

            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                Files.createDirectory(target.resolve(from.relativize(folder)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Path relative = from.relativize(file);
                if (!filter.copies(relative)) {
                    return FileVisitResult.CONTINUE;
                }
                if (!attributes.isRegularFile()) {
                    throw new IOException(file + " is no regular file (expected: nothing else among the data)");
                }
                try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ);
                        FileChannel out = FileChannel.open(
                                target.resolve(relative), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                    while (in.read(chunk.clear()) >= 0) {
                        chunk.flip();
                        done += chunk.remaining();
                        while (chunk.hasRemaining()) {
                            out.write(chunk);
                        }
                        progress.at(done, all);
                    }
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
