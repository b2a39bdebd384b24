package io.shareddb.replication.archive;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Places from which the history can be read: sparse, in order, in memory and in files. Thread-safe.
 *
 * <p>Each record can be used alone, and all of them can be made again from the log, so any part of the files may be lost: reading
 * then begins further back. Nothing is synced to disk but on request, and a file that cannot be written is a warning.
 */
final class CheckpointIndex implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(CheckpointIndex.class);
    private static final String SUFFIX = ".index";
    private static final int RECORDS_PER_FILE = 4096;

    private final Path directory;
    private final List<Checkpoint> checkpoints = new ArrayList<>();
    private final Map<Opening, EpochHeader> headers = new HashMap<>();
    private @Nullable CheckpointFile current;
    private @Nullable Opening currentHeader;
    private int currentRecords;
    private boolean writable = true;

    private record Opening(long epoch, long opening) {
        static Opening of(EpochHeader header) {
            return new Opening(header.epoch(), header.opening());
        }

        static Opening of(Checkpoint checkpoint) {
            return new Opening(checkpoint.epoch(), checkpoint.opening());
        }
    }

    private CheckpointIndex(Path directory) {
        this.directory = directory;
    }

    /** Reads what is there and cuts a torn tail. */
    static CheckpointIndex open(Path directory) {
        CheckpointIndex index = new CheckpointIndex(directory);
        try {
            Files.createDirectories(directory);
            for (Path file : index.files()) {
                index.loadOrDrop(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the index in " + directory, e);
        }
        return index;
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().endsWith(SUFFIX))
                    .sorted()
                    .toList();
        }
    }

    private void loadOrDrop(Path file) throws IOException {
        try {
            load(file);
        } catch (IOException e) {
            log.warn("index file {} cannot be read and is deleted: {}", file, e.toString());
            Files.delete(file);
        }
    }

    private synchronized void load(Path file) throws IOException {
        long good = CheckpointFile.read(file, new CheckpointFile.Visitor() {
            @Override
            public void header(EpochHeader header) {
                headers.put(Opening.of(header), header);
            }

            @Override
            public void checkpoint(Checkpoint checkpoint) {
                remember(checkpoint);
            }
        });
        if (good < Files.size(file)) {
            log.warn("index file {} is damaged after {} bytes: the rest is left out", file, good);
            CheckpointFile.append(file, good).close();
        }
    }

    private synchronized boolean remember(Checkpoint checkpoint) {
        boolean known = checkpoint.epoch() == 0 || headers.containsKey(Opening.of(checkpoint));
        if (!known || checkpoint.nextIndex() <= lastIndex()) {
            return false;
        }
        checkpoints.add(checkpoint);
        return true;
    }

    private synchronized long lastIndex() {
        return checkpoints.isEmpty()
                ? Checkpoint.START.nextIndex()
                : checkpoints.get(checkpoints.size() - 1).nextIndex();
    }

    /**
     * Adds a checkpoint unless there is one at its place or later.
     *
     * @param header of its epoch; null only if that is 0
     */
    synchronized void add(Checkpoint checkpoint, @Nullable EpochHeader header) {
        if (header != null) {
            headers.put(Opening.of(header), header);
        }
        if (remember(checkpoint) && writable) {
            try {
                write(checkpoint, header);
            } catch (IOException e) {
                writable = false;
                log.warn("cannot write the index in {}: reading old transactions will be slower", directory, e);
            }
        }
    }

    private synchronized void write(Checkpoint checkpoint, @Nullable EpochHeader header) throws IOException {
        CheckpointFile file = current;
        if (file == null || currentRecords >= RECORDS_PER_FILE) {
            if (file != null) {
                file.close();
            }
            String name = String.format(Locale.ROOT, "%020d", checkpoint.nextIndex()) + SUFFIX;
            file = CheckpointFile.append(directory.resolve(name), 0);
            current = file;
            currentHeader = null;
            currentRecords = 0;
        }
        if (header != null && !Opening.of(header).equals(currentHeader)) {
            file.write(header);
            currentHeader = Opening.of(header);
        }
        file.write(checkpoint);
        currentRecords++;
    }

    /**
     * The last checkpoint of which {@code before} is true.
     *
     * @param before true up to some place, false after it
     * @param firstIndex the first entry that the log still has
     */
    synchronized Optional<Checkpoint> last(Predicate<Checkpoint> before, long firstIndex) {
        int low = 0;
        int high = checkpoints.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (before.test(checkpoints.get(middle))) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Checkpoint found = low == 0 ? Checkpoint.START : checkpoints.get(low - 1);
        return found.nextIndex() >= firstIndex && before.test(found) ? Optional.of(found) : Optional.empty();
    }

    /** The first place from which can be read. */
    synchronized Optional<Checkpoint> first(long firstIndex) {
        if (firstIndex <= Checkpoint.START.nextIndex()) {
            return Optional.of(Checkpoint.START);
        }
        return checkpoints.stream()
                .filter(checkpoint -> checkpoint.nextIndex() >= firstIndex)
                .findFirst();
    }

    /** Keeps a header that was met in the log. */
    synchronized void learn(EpochHeader header) {
        headers.putIfAbsent(Opening.of(header), header);
    }

    /** The header of the checkpoint's epoch, null if that is 0. */
    synchronized @Nullable EpochHeader header(Checkpoint checkpoint) {
        return headers.get(Opening.of(checkpoint));
    }

    /** The header of the last opening of {@code epoch}. */
    synchronized Optional<EpochHeader> header(long epoch) {
        return headers.values().stream()
                .filter(header -> header.epoch() == epoch)
                .reduce((one, other) -> one.opening() > other.opening() ? one : other);
    }

    /** Forgets checkpoints before {@code firstIndex}, and deletes files that hold nothing else. */
    synchronized void dropBelow(long firstIndex) {
        checkpoints.removeIf(checkpoint -> checkpoint.nextIndex() < firstIndex);
        try {
            List<Path> files = files();
            for (int i = 0; i + 1 < files.size(); i++) {
                String next = files.get(i + 1).getFileName().toString();
                if (Long.parseLong(next, 0, next.length() - SUFFIX.length(), 10) <= firstIndex) {
                    Files.delete(files.get(i));
                }
            }
        } catch (IOException | NumberFormatException e) {
            log.warn("cannot delete old index files in {}", directory, e);
        }
    }

    /** Syncs to disk. */
    synchronized void force() {
        try {
            if (current != null) {
                current.force();
            }
        } catch (IOException e) {
            log.warn("cannot sync the index in {}", directory, e);
        }
    }

    @Override
    public synchronized void close() {
        try {
            if (current != null) {
                current.close();
                current = null;
            }
            writable = false;
        } catch (IOException e) {
            log.warn("cannot close the index in {}", directory, e);
        }
    }
}
