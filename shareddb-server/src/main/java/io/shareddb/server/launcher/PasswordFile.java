package io.shareddb.server.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.Set;

/** The password of the cluster in a directory, readable by its owner alone. Stateless. */
final class PasswordFile {
    private static final String ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    private static final int LENGTH = 20; // some 116 bits
    private static final String NAME = "password";

    private PasswordFile() {}

    /**
     * The password to use.
     *
     * @param text what it is
     * @param generated whether it was made just now
     */
    record Password(String text, boolean generated) {}

    /**
     * Reads it, or keeps the given one, or makes one.
     *
     * @param given empty for none
     * @throws LaunchException if the directory has another one
     */
    static Password of(Path directory, String given) throws IOException {
        Path file = directory.resolve(NAME);
        if (Files.exists(file)) {
            String kept = Files.readString(file).strip();
            if (!given.isEmpty() && !given.equals(kept)) {
                throw new LaunchException(
                        ExitCodes.USAGE,
                        "--password: differs from the one in " + file
                                + " (expected: the password that this cluster was made with, or none)");
            }
            return new Password(kept, false);
        }
        String text = given.isEmpty() ? random() : given;
        var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        Set<StandardOpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (var channel = Files.newByteChannel(file, options, ownerOnly)) {
            channel.write(java.nio.ByteBuffer.wrap((text + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        }
        return new Password(text, given.isEmpty());
    }

    /** The file in the directory of the cluster that {@code node} is a directory of, if there is one. */
    static Optional<Path> ofNode(Path node) {
        return Optional.ofNullable(node.toAbsolutePath().normalize().getParent())
                .map(cluster -> cluster.resolve(NAME))
                .filter(Files::isReadable);
    }

    private static String random() {
        SecureRandom random = new SecureRandom();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < LENGTH; i++) {
            text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return text.toString();
    }
}
