package io.shareddb.server.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The time of day as one node's processes see it, through libfaketime (Debian's package {@code faketime}). What measures how long something
 * takes is not touched, as with a clock that somebody sets. One thread.
 */
final class Clock {
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
     * @return empty where the library is not installed
     */
    static Optional<Clock> of(Path offset) throws IOException {
        Optional<Path> library;
        try (Stream<Path> folders = Files.list(Path.of("/usr/lib"))) {
            library = folders.map(folder -> folder.resolve("faketime").resolve("libfaketimeMT.so.1"))
                    .filter(Files::isReadable)
                    .findFirst();
        }
        Optional<Clock> clock = library.map(found -> new Clock(found, offset));
        clock.ifPresent(made -> made.jump(0));
        return clock;
    }

    /** For the environment of a process, which hands it on to its own. */
    Map<String, String> environment() {
        return Map.of(
                "LD_PRELOAD",
                library.toString(),
                "FAKETIME_TIMESTAMP_FILE",
                offset.toString(),
                "FAKETIME_CACHE_DURATION",
                "1",
                "FAKETIME_DONT_FAKE_MONOTONIC",
                "1");
    }

    /**
     * From now on, within a second, it is wrong by so much.
     *
     * @param seconds negative: late
     */
    void jump(int seconds) {
        try {
            Path next = offset.resolveSibling(offset.getFileName() + ".next");
            Files.writeString(next, "%+d%n".formatted(seconds));
            Files.move(next, offset, StandardCopyOption.ATOMIC_MOVE); // nobody reads half of it
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
