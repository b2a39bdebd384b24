package io.shareddb.protocol.auth;

import static io.shareddb.protocol.auth.Digests.sha1;
import static io.shareddb.protocol.auth.Digests.xor;

import io.shareddb.protocol.wire.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;

/**
 * {@code mysql_native_password}: one answer from the client, no secret on the wire.
 *
 * <pre>
 * stored = SHA1(SHA1(password))
 * answer = SHA1(password) XOR SHA1(nonce, stored); empty for the empty password
 * </pre>
 *
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_authentication_methods_native_password_authentication.html">manual</a>
 */
public final class NativePassword {
    /** Name on the wire. */
    public static final String NAME = "mysql_native_password";

    static final int HASH_BYTES = 20;

    private NativePassword() {}

    /** What a server keeps of {@code password}: 20 bytes, which engines show as 40 hexadecimal digits after a '*'. */
    public static Bytes stored(String password) {
        return Bytes.of(sha1(sha1(password.getBytes(StandardCharsets.UTF_8))));
    }

    /** The client's answer to {@code nonce}. */
    public static Bytes answer(String password, Nonce nonce) {
        if (password.isEmpty()) {
            return Bytes.EMPTY;
        }
        byte[] once = sha1(password.getBytes(StandardCharsets.UTF_8));
        return Bytes.of(xor(once, sha1(nonce.bytes().toByteArray(), sha1(once))));
    }

    /** The client's answer to {@code nonce} where it has {@code SHA1(password)}, of a password that is not empty. */
    static Bytes answer(LoginSecret.NativeKey key, Nonce nonce) {
        byte[] once = key.once().toByteArray();
        return Bytes.of(xor(once, sha1(nonce.bytes().toByteArray(), sha1(once))));
    }

    /** If {@code answer} comes from somebody who knows the password of {@code stored}. */
    public static boolean verify(Bytes answer, Nonce nonce, Bytes stored) {
        return prove(answer, nonce, stored).isPresent();
    }

    /** What {@code answer} shows of the password; empty if it is not that of {@code stored}. */
    static Optional<LoginSecret> prove(Bytes answer, Nonce nonce, Bytes stored) {
        if (answer.length() != HASH_BYTES || stored.length() != HASH_BYTES) {
            boolean empty = answer.isEmpty() && stored.equalsInConstantTime(NativePassword.stored(""));
            return empty ? Optional.of(new LoginSecret.Password("")) : Optional.empty();
        }
        byte[] expected = stored.toByteArray();
        byte[] once = xor(answer.toByteArray(), sha1(nonce.bytes().toByteArray(), expected));
        return MessageDigest.isEqual(sha1(once), expected)
                ? Optional.of(new LoginSecret.NativeKey(Bytes.of(once)))
                : Optional.empty();
    }
}
