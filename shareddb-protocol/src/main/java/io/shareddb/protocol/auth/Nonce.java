package io.shareddb.protocol.auth;

import io.shareddb.protocol.wire.Bytes;
import java.security.SecureRandom;

/**
 * What a server makes up for one login so that a recorded answer is worth nothing later.
 *
 * @param bytes {@value #LENGTH} of them, on the wire followed by a zero byte
 */
public record Nonce(Bytes bytes) {
    /** Length in bytes. */
    public static final int LENGTH = 20;

    public Nonce {
        if (bytes.length() != LENGTH) {
            throw new IllegalArgumentException("bytes: " + bytes.length() + " (expected: " + LENGTH + ")");
        }
    }

    /** A fresh one, of printable characters other than '$', as servers use them: some clients take it for text. */
    public static Nonce random(SecureRandom random) {
        byte[] bytes = new byte[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            int character = '!' + random.nextInt('~' - '!');
            bytes[i] = (byte) (character < '$' ? character : character + 1);
        }
        return new Nonce(Bytes.of(bytes));
    }
}
