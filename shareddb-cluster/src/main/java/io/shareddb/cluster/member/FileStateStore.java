package io.shareddb.cluster.member;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Documents as JSON files in one directory: {@code {"content": …, "sha256": "…"}}, the sum being of the content as compact JSON in
 * the order of its fields. Written beside, synced, renamed, directory synced. Thread-safe.
 */
public final class FileStateStore implements StateStore {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path directory;

    /**
     * Keeps documents in {@code directory}, which is made if it is missing.
     *
     * @throws StateException if it cannot be made
     */
    public FileStateStore(Path directory) {
        this.directory = directory;
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new StateException("data directory " + directory + ": cannot be made", e);
        }
    }

    @Override
    public synchronized Optional<String> read(String name) {
        Path file = file(name);
        try {
            JsonNode document = JSON.readTree(Files.readString(file));
            JsonNode content = document.path("content");
            String text = JSON.writeValueAsString(content);
            if (!content.isObject() || !sum(text).equals(document.path("sha256").asText())) {
                throw new StateException(
                        file + ": damaged, its checksum does not match (restore the file, or empty the data"
                                + " directory so that the node starts as a new one)");
            }
            return Optional.of(text);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (JsonProcessingException e) {
            throw new StateException(file + ": damaged, not JSON (restore the file, or empty the data directory)", e);
        } catch (IOException e) {
            throw new StateException(file + ": cannot be read", e);
        }
    }

    @Override
    public synchronized void write(String name, String json) {
        Path file = file(name);
        Path beside = directory.resolve(name + ".json.new");
        try {
            JsonNode content = JSON.readTree(json);
            ObjectNode document = JSON.createObjectNode();
            document.set("content", content);
            document.put("sha256", sum(JSON.writeValueAsString(content)));
            byte[] bytes = JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(document);
            try (FileChannel channel = FileChannel.open(
                    beside,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING)) {
                ByteBuffer buffer = ByteBuffer.wrap(bytes);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                channel.force(true);
            }
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true); // makes the new name durable
            }
        } catch (IOException e) {
            throw new StateException(file + ": cannot be written", e);
        }
    }

    @Override
    public String describe(String name) {
        return file(name).toString();
    }

    private Path file(String name) {
        return directory.resolve(name + ".json");
    }

    private static String sum(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every JDK", e);
        }
    }
}
