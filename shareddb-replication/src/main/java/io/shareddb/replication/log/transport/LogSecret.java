package io.shareddb.replication.log.transport;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What all nodes of a cluster know and nobody else; proves membership without being sent. Immutable, thread-safe. */
public final class LogSecret {
    private static final String ALGORITHM = "HmacSHA256";
    private static final String PURPOSE = "shareddb log transport 1";

    private final SecretKeySpec key;

    /** Any text but the empty one; the longer the better. */
    public LogSecret(String secret) {
        if (secret.isEmpty()) {
            throw new IllegalArgumentException("cluster secret: empty (expected: at least 1 character)");
        }
        SecretKeySpec master = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM);
        this.key =
                new SecretKeySpec(hmac(master, ByteBuffer.wrap(PURPOSE.getBytes(StandardCharsets.UTF_8))), ALGORITHM);
    }

    /** Proof of {@code role} in the exchange that began with {@code hello}: 32 bytes. Buffers stay as they are. */
    byte[] proof(String role, ByteBuffer hello, ByteBuffer nonce) {
        byte[] name = role.getBytes(StandardCharsets.UTF_8);
        ByteBuffer text = ByteBuffer.allocate(name.length + 1 + hello.remaining() + nonce.remaining());
        text.put(name).put((byte) 0).put(hello.duplicate()).put(nonce.duplicate());
        return hmac(key, text.flip());
    }

    /** Compares in constant time. */
    static boolean same(byte[] one, byte[] other) {
        return MessageDigest.isEqual(one, other);
    }

    private static byte[] hmac(SecretKeySpec key, ByteBuffer text) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update(text);
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no " + ALGORITHM, e);
        }
    }

    @Override
    public String toString() {
        return "LogSecret";
    }
}
