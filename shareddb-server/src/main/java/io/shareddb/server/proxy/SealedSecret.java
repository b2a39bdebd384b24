package io.shareddb.server.proxy;

import io.shareddb.protocol.auth.LoginSecret;
import io.shareddb.protocol.wire.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * An account's secret as it travels from node to node: AES-256-GCM under a key derived from the peers' key, bound to the account's
 * name, in base 64. Stateless.
 *
 * <pre>nonce[12] | encrypted (kind: 1 password, 2 native key | secret) | tag[16]</pre>
 */
final class SealedSecret {
    private static final String TRANSFORMATION = "AES/GCM/NoPadding";
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final int PASSWORD = 1;
    private static final int NATIVE_KEY = 2;
    private static final SecureRandom RANDOM = new SecureRandom();

    private SealedSecret() {}

    static String seal(LoginSecret secret, String user, String peerKey) {
        Bytes plain = secret instanceof LoginSecret.NativeKey key
                ? Bytes.of(new byte[] {NATIVE_KEY}).plus(key.once())
                : Bytes.of(new byte[] {PASSWORD}).plus(Bytes.utf8(((LoginSecret.Password) secret).text()));
        byte[] nonce = new byte[NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        try {
            byte[] encrypted = cipher(Cipher.ENCRYPT_MODE, nonce, user, peerKey).doFinal(plain.toByteArray());
            return Base64.getEncoder()
                    .withoutPadding()
                    .encodeToString(Bytes.of(nonce).plus(Bytes.of(encrypted)).toByteArray());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Java platform without " + TRANSFORMATION, e);
        }
    }

    /** Empty if it was not made with this key for this user. */
    static Optional<LoginSecret> open(String sealed, String user, String peerKey) {
        try {
            Bytes all = Bytes.of(Base64.getDecoder().decode(sealed));
            if (all.length() <= NONCE_BYTES + TAG_BITS / 8) {
                return Optional.empty();
            }
            byte[] nonce = all.slice(0, NONCE_BYTES).toByteArray();
            Bytes plain = Bytes.of(cipher(Cipher.DECRYPT_MODE, nonce, user, peerKey)
                    .doFinal(all.slice(NONCE_BYTES, all.length()).toByteArray()));
            Bytes secret = plain.slice(1, plain.length());
            return switch (plain.at(0)) {
                case PASSWORD -> Optional.of(new LoginSecret.Password(secret.toString(StandardCharsets.UTF_8)));
                case NATIVE_KEY -> Optional.of(new LoginSecret.NativeKey(secret));
                default -> Optional.empty();
            };
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Cipher cipher(int mode, byte[] nonce, String user, String peerKey) throws GeneralSecurityException {
        Mac derivation = Mac.getInstance("HmacSHA256");
        derivation.init(new SecretKeySpec(peerKey.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        byte[] key = derivation.doFinal("account secrets between nodes".getBytes(StandardCharsets.US_ASCII));
        Cipher cipher = Cipher.getInstance(TRANSFORMATION);
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(user.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
