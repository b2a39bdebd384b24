package io.shareddb.protocol.auth;

import static io.shareddb.protocol.auth.Digests.sha256;
import static io.shareddb.protocol.auth.Digests.xor;

import io.shareddb.protocol.wire.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * {@code caching_sha2_password}: a fast exchange while the server has the password's cache entry, a full one (which
 * shows it the password itself, through TLS or under its RSA key) while it has only the slow hash.
 *
 * <pre>
 * cache entry = SHA256(SHA256(password))
 * answer      = SHA256(password) XOR SHA256(cache entry, nonce); empty or a zero byte for the empty password
 *
 * client: answer  → server: 01 03, OK                                                        fast
 *                 → server: 01 04; client: password, zero byte; server: OK                   full, in TLS
 *                 → server: 01 04; client: 02; server: 01, key in PEM; client: RSA; OK       full, without TLS
 * </pre>
 *
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_caching_sha2_authentication_exchanges.html">manual</a>
 */
public final class CachingSha2Password {
    /** Name on the wire. */
    public static final String NAME = "caching_sha2_password";

    /** From the server: the answer was right, an OK follows. */
    public static final int FAST_SUCCESS = 3;

    /** From the server: send the password. */
    public static final int FULL_AUTHENTICATION = 4;

    /** From the client: send the public key. */
    public static final int REQUEST_PUBLIC_KEY = 2;

    private static final int HASH_BYTES = 32;

    private CachingSha2Password() {}

    /** What a server keeps in memory of {@code password}: 32 bytes. */
    public static Bytes cacheEntry(String password) {
        return Bytes.of(sha256(sha256(password.getBytes(StandardCharsets.UTF_8))));
    }

    /** The client's answer to {@code nonce}. */
    public static Bytes answer(String password, Nonce nonce) {
        if (password.isEmpty()) {
            return Bytes.EMPTY;
        }
        byte[] once = sha256(password.getBytes(StandardCharsets.UTF_8));
        return Bytes.of(xor(once, sha256(sha256(once), nonce.bytes().toByteArray())));
    }

    /** If {@code answer} says that the password is empty. */
    public static boolean isEmptyPassword(Bytes answer) {
        return answer.isEmpty() || (answer.length() == 1 && answer.at(0) == 0);
    }

    /** If {@code answer} comes from somebody who knows the password of {@code cacheEntry}. */
    public static boolean verify(Bytes answer, Nonce nonce, Bytes cacheEntry) {
        if (isEmptyPassword(answer)) {
            return cacheEntry.equalsInConstantTime(cacheEntry(""));
        }
        if (answer.length() != HASH_BYTES || cacheEntry.length() != HASH_BYTES) {
            return false;
        }
        byte[] expected = cacheEntry.toByteArray();
        byte[] once = xor(answer.toByteArray(), sha256(expected, nonce.bytes().toByteArray()));
        return MessageDigest.isEqual(sha256(once), expected);
    }

    /** The password as the full exchange sends it in TLS, and as RSA hides it otherwise: with a zero byte at its end. */
    static byte[] terminated(String password) {
        byte[] text = password.getBytes(StandardCharsets.UTF_8);
        byte[] result = new byte[text.length + 1];
        System.arraycopy(text, 0, result, 0, text.length);
        return result;
    }
}
