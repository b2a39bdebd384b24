package io.shareddb.protocol.auth;

import io.shareddb.protocol.wire.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Cipher;

/**
 * The password under a server's RSA key: {@code RSA-OAEP(SHA-1) of (password, zero byte) XOR nonce}, the nonce repeated.
 * Keys travel as PEM, {@code SubjectPublicKeyInfo}.
 */
final class PasswordEncryption {
    private static final String TRANSFORMATION = "RSA/ECB/OAEPWithSHA-1AndMGF1Padding";
    private static final String BEGIN = "-----BEGIN PUBLIC KEY-----";
    private static final String END = "-----END PUBLIC KEY-----";

    private PasswordEncryption() {}

    /** The password for the owner of the key in {@code pem}. */
    static Bytes encrypt(String password, Nonce nonce, String pem) {
        try {
            Cipher cipher = Cipher.getInstance(TRANSFORMATION);
            cipher.init(Cipher.ENCRYPT_MODE, readPublicKey(pem));
            byte[] hidden = Digests.xor(
                    CachingSha2Password.terminated(password), nonce.bytes().toByteArray());
            return Bytes.of(cipher.doFinal(hidden));
        } catch (GeneralSecurityException e) {
            throw new AuthenticationException("the server's public key cannot be used: " + e.getMessage(), e);
        }
    }

    /** The password in {@code encrypted}; empty if it was not made for this key. */
    static Optional<String> decrypt(Bytes encrypted, Nonce nonce, PrivateKey key) {
        byte[] hidden;
        try {
            Cipher cipher = Cipher.getInstance(TRANSFORMATION);
            cipher.init(Cipher.DECRYPT_MODE, key);
            hidden = cipher.doFinal(encrypted.toByteArray());
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
        return readTerminated(Bytes.of(Digests.xor(hidden, nonce.bytes().toByteArray())));
    }

    /** The password before the zero byte at the end; empty if there is none. */
    static Optional<String> readTerminated(Bytes password) {
        int length = password.length() - 1;
        if (length < 0 || password.at(length) != 0) {
            return Optional.empty();
        }
        return Optional.of(password.slice(0, length).toString(StandardCharsets.UTF_8));
    }

    static String writePublicKey(PublicKey key) {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded());
        return BEGIN + "\n" + base64 + "\n" + END + "\n";
    }

    private static PublicKey readPublicKey(String pem) throws GeneralSecurityException {
        int begin = pem.indexOf(BEGIN);
        int end = pem.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new AuthenticationException("the server's public key is not in PEM");
        }
        try {
            byte[] der = Base64.getMimeDecoder().decode(pem.substring(begin + BEGIN.length(), end));
            return KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(der));
        } catch (IllegalArgumentException e) {
            throw new AuthenticationException("the server's public key is not in PEM", e);
        }
    }
}
