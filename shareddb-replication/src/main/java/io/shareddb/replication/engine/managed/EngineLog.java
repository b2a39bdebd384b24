package io.shareddb.replication.engine.managed;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** What an engine writes about itself. */
final class EngineLog {
    private static final long MAX_BYTES = 8L << 20;
    private static final int TAIL_BYTES = 8 << 10;
    private static final int TAIL_LINES = 12;

    private EngineLog() {}

    /** Before a start: a log that has grown large becomes {@code .1}, the {@code .1} before it goes. */
    static void rotate(Path file) throws IOException {
        if (Files.isRegularFile(file) && Files.size(file) > MAX_BYTES) {
            Files.move(file, file.resolveSibling(file.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** The last lines for an error message; errors only, where there are any. */
    static String tail(Path file) {
        try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
            long from = Math.max(0, log.length() - TAIL_BYTES);
            byte[] bytes = new byte[(int) (log.length() - from)];
            log.seek(from);
            log.readFully(bytes);
            List<String> lines = Arrays.asList(new String(bytes, StandardCharsets.UTF_8).split("\n", -1));
            List<String> errors =
                    lines.stream().filter(line -> line.contains("ERROR")).collect(Collectors.toList());
            List<String> shown = errors.isEmpty() ? lines : errors;
            return "last lines of " + file + ":\n"
                    + String.join("\n", shown.subList(Math.max(0, shown.size() - TAIL_LINES), shown.size()));
        } catch (IOException e) {
            return "its log " + file + " cannot be read: " + e.getMessage();
        }
    }
}
