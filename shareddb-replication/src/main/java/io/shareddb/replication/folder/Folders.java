package io.shareddb.replication.folder;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Folders that are there whole or not at all, whatever is killed meanwhile. Thread-safe. */
public final class Folders {
    /** File locks are per process, so threads of one process need this one as well. */
    private static final ReentrantLock BUILDING = new ReentrantLock();

    private Folders() {}

    /** Makes what a folder holds. */
    public interface Builder {
        /** Fills {@code folder}, which is new and empty. */
        void fill(Path folder) throws IOException;
    }

    /**
     * Makes {@code target} unless it is there: builds it beside, writes it through to the disk, and renames it. Of several
     * processes one builds, the others wait for it.
     */
    public static void buildOnce(Path target, Builder builder) throws IOException {
        if (Files.isDirectory(target)) {
            return;
        }
        Path parent = Files.createDirectories(target.toAbsolutePath().getParent());
        BUILDING.lock();
        try (FileChannel lock = FileChannel.open(
                        parent.resolve("." + target.getFileName() + ".lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
                var held = lock.lock()) {
            if (held.isValid() && !Files.isDirectory(target)) {
                Path building = building(target);
                delete(building); // of a process that was killed: nobody else builds while we hold the lock
                Files.createDirectory(
                        building, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
                builder.fill(building);
                writeThrough(building);
                Files.move(building, target, StandardCopyOption.ATOMIC_MOVE);
                force(parent);
            }
        } finally {
            BUILDING.unlock();
        }
    }

    private static Path building(Path target) {
        return target.resolveSibling("." + target.getFileName() + ".building");
    }

    /** Deletes what {@link #buildOnce} made, whole or not; nobody makes it now. */
    public static void deleteBuilt(Path target) throws IOException {
        delete(building(target));
        delete(target);
    }

    /** Copies all of it; {@code to} may be there and empty. */
    public static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                Files.createDirectories(to.resolve(from.relativize(folder)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.copy(file, to.resolve(from.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Deletes all of it; nothing happens when it is not there. */
    public static void delete(Path folder) throws IOException {
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path done, @Nullable IOException failure) throws IOException {
                    if (failure != null) {
                        throw failure;
                    }
                    Files.deleteIfExists(done);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (NoSuchFileException e) {
            if (Files.exists(folder)) {
                throw e;
            }
        }
    }

    /** Moves it out of the way and deletes it, so that a crash leaves no half of it under its name; nothing happens when it is not there. */
    public static void wipe(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        Path doomed = folder.resolveSibling("." + folder.getFileName() + ".doomed");
        delete(doomed);
        Files.move(folder, doomed, StandardCopyOption.ATOMIC_MOVE);
        delete(doomed);
    }

    /** Puts {@code by}, which is on the same disk, where {@code folder} is: a crash leaves the one, or the other, or neither there, and no mixture. */
    public static void replace(Path folder, Path by) throws IOException {
        wipe(folder);
        Files.move(by, folder, StandardCopyOption.ATOMIC_MOVE);
        force(folder.resolveSibling(""));
    }

    /** Syncs all that is in {@code folder}, whose owner may go on creating, writing and deleting. */
    public static void writeThrough(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isRegularFile()) {
                    force(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException && !file.equals(folder)) {
                    return FileVisitResult.CONTINUE;
                }
                throw failure;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path done, @Nullable IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                force(done);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** fsync of a file or a folder; nothing if it is not there any more. */
    public static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (NoSuchFileException e) {
            if (Files.exists(path)) {
                throw e;
            }
        }
    }
}
