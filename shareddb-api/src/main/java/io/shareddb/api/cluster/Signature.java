package io.shareddb.api.cluster;

import io.shareddb.cluster.member.ClusterSecret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Proves knowledge of the cluster's secret. Immutable, thread-safe. Encryption and certificates would come with an
 * {@link javax.net.ssl.SSLContext}; the signatures stay.
 *
 * <pre>
 * Shareddb-Node: id of the sender            Shareddb-Timestamp: milliseconds since 1970
 * Shareddb-Nonce: 32 hex digits, used once   Shareddb-Signature: hex HMAC-SHA256 of, with LF between,
 *   request:  "request"  method  path with query  node  timestamp  nonce  hex SHA-256 of the body
 *   answer:   "answer"   status  nonce of the request  hex SHA-256 of the body
 *   stream:   "stream"   status  nonce of the request
 * </pre>
 */
final class Signature {
    static final String NODE = "Shareddb-Node";
    static final String TIMESTAMP = "Shareddb-Timestamp";
    static final String NONCE = "Shareddb-Nonce";
    static final String SIGNATURE = "Shareddb-Signature";

    private final SecretKeySpec key;

    Signature(ClusterSecret secret) {
        key = new SecretKeySpec(secret.key(ClusterSecret.Purpose.CLUSTER_API), "HmacSHA256");
    }

    String ofRequest(String method, String target, String node, String timestamp, String nonce, byte[] body) {
        return sign("request", method, target, node, timestamp, nonce, sum(body));
    }

    String ofAnswer(int status, String nonce, byte[] body) {
        return sign("answer", Integer.toString(status), nonce, sum(body));
    }

    String ofStream(int status, String nonce) {
        return sign("stream", Integer.toString(status), nonce);
    }

    /** Compares in constant time. */
    static boolean same(String expected, String given) {
        return MessageDigest.isEqual(
                expected.getBytes(StandardCharsets.US_ASCII), given.getBytes(StandardCharsets.US_ASCII));
    }

    private String sign(String... parts) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return HexFormat.of().formatHex(mac.doFinal(String.join("\n", parts).getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HmacSHA256 is part of every JDK", e);
        }
    }

    private static String sum(byte[] body) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every JDK", e);
        }
    }
}
