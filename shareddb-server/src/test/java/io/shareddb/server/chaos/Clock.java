package io.shareddb.server.chaos;

import io.shareddb.server.endtoend.Processes;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The time of day as one node's processes see it, through a library that is made of {@code src/test/native/clock.c} and costs a look at the time
 * nothing. What measures how long something takes is not touched, as with a clock that somebody sets. One thread.
 */
final class Clock {
    private static final Path SOURCE = Path.of("src", "test", "native", "clock.c");

    private final Path library;
    private final Path offset;

    private Clock(Path library, Path offset) {
        this.library = library;
        this.offset = offset;
    }

    /**
     * A clock that is right for now.
     *
     * @param offset a file of its own, which is made
     * @return empty where there is no C compiler
     */
    static Optional<Clock> of(Path offset) throws IOException {
        Path library = Path.of("target", "clock.so").toAbsolutePath();
        if (!Files.exists(library)
                && !Processes.succeed(
                        "cc", "-O2", "-shared", "-fPIC", "-o", library.toString(), SOURCE.toString(), "-ldl")) {
            return Optional.empty();
        }
        Clock clock = new Clock(library, offset);
        clock.set(0);
        return Optional.of(clock);
    }

    /** For the environment of a process, which hands it on to its own. */
    Map<String, String> environment() {
        return Map.of("LD_PRELOAD", library.toString(), "WRONG_CLOCK_FILE", offset.toString());
    }

    /**
     * From now on it is wrong by so much.
     *
     * @param seconds negative: late
     */
    void set(long seconds) {
        try (RandomAccessFile file = new RandomAccessFile(offset.toFile(), "rw")) {
            file.write(ByteBuffer.allocate(Long.BYTES)
                    .order(ByteOrder.nativeOrder())
                    .putLong(seconds)
                    .array());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
