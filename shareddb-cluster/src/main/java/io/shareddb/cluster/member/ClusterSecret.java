package io.shareddb.cluster.member;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What makes a node one of ours. The secret itself never leaves this class: each use gets its own key from it, so that none can
 * be turned against another. Immutable, thread-safe.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc5869">RFC 5869 (HKDF), with SHA-256</a>
 */
public final class ClusterSecret {
    /** What a key is for. The labels are part of the protocol between nodes. */
    public enum Purpose {
        NODE_AUTHORITY("node authority"),
        PEER_LOGIN("peer login");

        private final String label;

        Purpose(String label) {
            this.label = label;
        }
    }

    private static final byte[] SALT = "shareddb cluster secret 1".getBytes(StandardCharsets.UTF_8);

    private final byte[] pseudoRandomKey;

    /**
     * Takes the secret that all nodes were given.
     *
     * @param secret at least one character; the longer and the more random, the better
     */
    public ClusterSecret(String secret) {
        if (secret.isEmpty()) {
            throw new IllegalArgumentException("cluster secret: empty (expected: at least one character)");
        }
        pseudoRandomKey = hmacSha256(SALT, secret.getBytes(StandardCharsets.UTF_8));
    }

    /** 32 bytes, the same on every node with this secret; a fresh copy. */
    public byte[] key(Purpose purpose) {
        byte[] label = purpose.label.getBytes(StandardCharsets.UTF_8);
        byte[] block = new byte[label.length + 1];
        System.arraycopy(label, 0, block, 0, label.length);
        block[label.length] = 1; // HKDF-Expand: the first and only block
        return hmacSha256(pseudoRandomKey, block);
    }

    private static byte[] hmacSha256(byte[] key, byte[] message) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HmacSHA256 is part of every JDK", e);
        }
    }

    @Override
    public String toString() {
        return "ClusterSecret";
    }
}
