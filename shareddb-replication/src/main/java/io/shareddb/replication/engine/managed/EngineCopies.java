package io.shareddb.replication.engine.managed;

import io.shareddb.replication.engine.EngineAccess;
import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.engine.EngineFamily;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.folder.FolderCopy;
import io.shareddb.replication.folder.Folders;
import io.shareddb.replication.snapshot.FileCopies;
import io.shareddb.replication.snapshot.FilesHeader;
import io.shareddb.replication.snapshot.FilesReader;
import io.shareddb.replication.snapshot.FilesWriter;
import io.shareddb.replication.snapshot.SnapshotProgress;
import io.shareddb.replication.snapshot.SnapshotSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies of a managed engine's files. A copy that is given is first made beside the data, in {@code outgoing/}: the engine need not hold
 * still while it is sent. A copy that is received is first made in {@code incoming/}: the data stay as they are until it is whole.
 */
final class EngineCopies implements FileCopies {
    private static final Logger log = LoggerFactory.getLogger(EngineCopies.class);

    /** What must stay free: more than a node wants before it warns of its disk. */
    private static final long MARGIN_BYTES = 2_200_000_000L;

    private static final long TELL_NANOS = 2_000_000_000L;

    private final Path outgoing;
    private final Path incoming;
    private final Path data;
    private final EngineFamily family;
    private final String version;
    private final Supplier<EngineAccess> access;
    private final Consumer<Path> install;
    private final ReentrantLock giving = new ReentrantLock();
    private final ReentrantLock receiving = new ReentrantLock();

    /**
     * Touches nothing yet.
     *
     * @param directory the engine's, in which {@code data} lies
     * @param version of the engine, as its program tells it
     * @param access of the engine that runs
     * @param install makes a folder the engine's data
     */
    EngineCopies(
            Path directory,
            Path data,
            EngineFamily family,
            String version,
            Supplier<EngineAccess> access,
            Consumer<Path> install) {
        this.outgoing = directory.resolve("outgoing").toAbsolutePath();
        this.incoming = directory.resolve("incoming").toAbsolutePath();
        this.data = data;
        this.family = family;
        this.version = version;
        this.access = access;
        this.install = install;
    }

    /** Deletes what an earlier operator left unfinished. */
    void clean() throws IOException {
        Folders.delete(outgoing);
        Folders.deleteBuilt(incoming);
    }

    @Override
    public SnapshotSource source() {
        return this::give;
    }

    private EnginePosition give(OutputStream out, Consumer<SnapshotProgress> progress) throws IOException {
        if (!giving.tryLock()) {
            throw new EngineException("a copy of this engine's files is being given already");
        }
        try {
            EngineAccess engine = access.get();
            family.fileStage().check(engine);
            requireRoom(FolderCopy.bytes(data));
            Folders.delete(outgoing);
            FilesWriter writer = new FilesWriter(out);
            EnginePosition position = family.fileStage().copy(engine, data, outgoing, new Waiting(writer, progress));
            FilesHeader header = header(position);
            writer.files(
                    outgoing,
                    header,
                    sent -> progress.accept(new SnapshotProgress(
                            "sending files", 100.0 * sent / Math.max(1, header.bytes()), 0, sent)));
            return position;
        } catch (UncheckedIOException e) {
            throw e.getCause() == null ? new IOException(e) : e.getCause();
        } finally {
            Folders.delete(outgoing);
            giving.unlock();
        }
    }

    private FilesHeader header(EnginePosition position) throws IOException {
        List<String> folders = new ArrayList<>();
        List<FilesHeader.Entry> files = new ArrayList<>();
        try (Stream<Path> all = Files.walk(outgoing)) {
            for (Path path : (Iterable<Path>) all.skip(1)::iterator) {
                String name = outgoing.relativize(path).toString();
                if (Files.isDirectory(path)) {
                    folders.add(name);
                } else {
                    files.add(new FilesHeader.Entry(name, Files.size(path)));
                }
            }
        }
        return new FilesHeader(family.name(), version, position.text(), folders, files);
    }

    @Override
    public EnginePosition receive(InputStream in, Consumer<SnapshotProgress> progress) throws IOException {
        receiving.lock();
        boolean whole = false;
        try {
            FilesReader reader = new FilesReader(in);
            FilesHeader header = reader.header(percent -> progress.accept(
                    new SnapshotProgress("the donor copies its files, " + (long) percent + " %", 0, 0, 0)));
            if (!header.family().equals(family.name())
                    || !header.engineVersion().equals(version)) {
                throw new EngineException("files are of " + header.family() + " " + header.engineVersion()
                        + " (expected: " + family.name() + " " + version + ")");
            }
            requireRoom(header.bytes());
            Folders.deleteBuilt(incoming);
            Folders.buildOnce(
                    incoming,
                    folder -> reader.files(
                            folder,
                            header,
                            done -> progress.accept(new SnapshotProgress(
                                    "files", 100.0 * done / Math.max(1, header.bytes()), 0, done))));
            whole = true;
            return family.position(header.position());
        } finally {
            if (!whole) {
                Folders.deleteBuilt(incoming);
            }
            receiving.unlock();
        }
    }

    @Override
    public void install() {
        if (!Files.isDirectory(incoming)) {
            throw new EngineException("no copy was received");
        }
        install.accept(incoming);
        log.info("the engine's data are the copy that was received");
    }

    private void requireRoom(long bytes) throws IOException {
        long free = Files.getFileStore(data.getParent()).getUsableSpace();
        if (free < bytes + MARGIN_BYTES) {
            throw new EngineException("a copy of files needs " + (bytes + MARGIN_BYTES) / 1_000_000 + " MB beside "
                    + data + ", and " + free / 1_000_000 + " MB are free");
        }
    }

    /** Tells the receiver that files are being gathered. */
    private static final class Waiting implements Consumer<SnapshotProgress> {
        private final FilesWriter writer;
        private final Consumer<SnapshotProgress> progress;
        private long toldAt = System.nanoTime();

        Waiting(FilesWriter writer, Consumer<SnapshotProgress> progress) {
            this.writer = writer;
            this.progress = progress;
        }

        @Override
        public void accept(SnapshotProgress at) {
            progress.accept(at);
            long now = System.nanoTime();
            if (now - toldAt > TELL_NANOS) {
                toldAt = now;
                try {
                    writer.waiting(at.percent());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }
}
