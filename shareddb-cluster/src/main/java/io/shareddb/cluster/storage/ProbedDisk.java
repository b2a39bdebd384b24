package io.shareddb.cluster.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The file system of a directory, to which a line is written and synced once a second: a device that fails, or a file system that became
 * read-only, is known before anybody needs it. Writes on a thread of its own, which may wait for the device for ever.
 */
public final class ProbedDisk implements NodeDisk, AutoCloseable {
    private static final Duration EVERY = Duration.ofSeconds(1);

    /** Longer than a device needs that has a few gigabytes to write for others first. */
    private static final Duration ANSWERS = Duration.ofSeconds(20);

    private final Path directory;
    private final Path file;
    private final ScheduledExecutorService prober;
    private volatile @Nullable FileStore store; // to find it takes far longer than to ask it
    private volatile long sinceNanos; // of the write under way
    private volatile boolean writing;
    private volatile @Nullable String failure;

    /**
     * Begins to write.
     *
     * @param directory exists
     * @param file in {@code directory}, for this alone
     * @param thread name
     */
    public ProbedDisk(Path directory, Path file, String thread) {
        this.directory = directory;
        this.file = file;
        this.prober = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread made = new Thread(task, thread);
            made.setDaemon(true);
            return made;
        });
        var unused = prober.scheduleWithFixedDelay(this::probe, 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void probe() {
        sinceNanos = System.nanoTime();
        writing = true;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            byte[] line = (Instant.now() + System.lineSeparator()).getBytes(StandardCharsets.US_ASCII);
            channel.write(ByteBuffer.wrap(line), 0);
            channel.force(false);
            failure = null;
        } catch (IOException e) {
            failure = isFull(e) ? null : String.valueOf(e.getMessage());
        } finally {
            writing = false;
        }
    }

    /** Another matter, which is looked at more often. */
    private static boolean isFull(IOException e) {
        String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        return message.contains("no space left") || message.contains("quota exceeded");
    }

    @Override
    public State look() throws IOException {
        FileStore known = store;
        if (known == null) {
            known = Files.getFileStore(directory);
            store = known;
        }
        return new State(known.getUsableSpace(), known.getTotalSpace(), failure());
    }

    private Optional<String> failure() {
        long since = sinceNanos;
        if (writing && System.nanoTime() - since > ANSWERS.toNanos()) {
            return Optional.of("no answer for " + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - since) + " s");
        }
        return Optional.ofNullable(failure);
    }

    /** Writes no more; waits for nothing. */
    @Override
    public void close() {
        prober.shutdownNow();
    }
}
