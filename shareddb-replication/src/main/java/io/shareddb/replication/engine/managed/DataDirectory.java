package io.shareddb.replication.engine.managed;

import io.shareddb.replication.engine.BrokenEngineException;
import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.engine.EngineVersion;
import io.shareddb.replication.folder.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An engine's data. It is made by copying a template, which is made once per engine version in the cache: both appear whole or
 * not at all. One thread at a time.
 */
final class DataDirectory {
    /** There once the first start has made the accounts. */
    private static final String READY = "shareddb-accounts-made";

    private final Path path;
    private final Path cache;
    private final EngineBinaries binaries;
    private final EngineProgram program;

    DataDirectory(Path path, Path cache, EngineBinaries binaries) {
        this.path = path.toAbsolutePath();
        this.cache = cache.toAbsolutePath();
        this.binaries = binaries;
        this.program = binaries.product().program();
    }

    Path path() {
        return path;
    }

    /** Makes it unless it is there, and checks it if it is. @return true if it was made anew */
    boolean ensure() throws IOException {
        if (Files.isDirectory(path) && isEmpty()) {
            Files.delete(path);
        }
        if (Files.exists(path)) {
            checkContent();
            return false;
        }
        String name = binaries.product() == EngineBinaries.Product.MARIADB ? "data-" : "data-mysql-";
        Path template = cache.resolve(name + binaries.version());
        Folders.buildOnce(template, folder -> {
            Path data = Files.createDirectory(folder.resolve("data"));
            program.create(binaries, data, folder);
        });
        Folders.buildOnce(path, folder -> Folders.copy(template.resolve("data"), folder));
        return true;
    }

    boolean accountsMade() {
        return Files.exists(path.resolve(READY));
    }

    void markAccountsMade() throws IOException {
        Path marker = path.resolve(READY);
        Files.writeString(marker, "");
        Folders.force(marker);
        Folders.force(path);
    }

    /** Makes {@code other}, with the same accounts in it, the data; whole or not at all. */
    void replaceBy(Path other) throws IOException {
        Files.writeString(other.resolve(READY), "");
        Folders.force(other.resolve(READY));
        Folders.force(other);
        Folders.replace(path, other);
    }

    void sync() throws IOException {
        Folders.writeThrough(path);
    }

    void wipe() throws IOException {
        Folders.wipe(path);
    }

    private boolean isEmpty() throws IOException {
        try (Stream<Path> entries = Files.list(path)) {
            return entries.findAny().isEmpty();
        }
    }

    private void checkContent() throws IOException {
        if (!program.isData(path)) {
            throw new BrokenEngineException(path + " is neither empty nor a " + program.product() + " data directory");
        }
        if (!Files.isWritable(path)) {
            throw new EngineException(path + " is not writable");
        }
        Optional<EngineVersion> written = program.dataVersion(path);
        if (written.isEmpty()) {
            return;
        }
        EngineVersion data = written.get();
        if (!data.sameSeries(binaries.version())) {
            throw new EngineException(
                    "data of " + program.product() + " " + data + " in " + path + " cannot be used by "
                            + program.product() + " "
                            + binaries.version()
                            + (data.compareTo(binaries.version()) > 0
                                    ? " (expected: the same series; engines do not go back)"
                                    : " (expected: the same series; move the folder away, and the node gets a copy from the others)"));
        }
    }

    /** Makes {@code folder} for the engine's files, readable by its owner only. */
    static void makeFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x---")));
        }
        if (!Files.isWritable(folder)) {
            throw new EngineException(folder + " is not writable");
        }
    }
}
