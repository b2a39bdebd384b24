package io.shareddb.server.config;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * A text that must not be shown.
 *
 * @param value in clear
 */
public record Secret(String value) {
    private static final int ITERATIONS = 50_000; // some 50 ms once per start; slows down guessing the password
    private static final int KEY_BITS = 256;

    /** The cluster secret of nodes that were given none: the same for the same password and cluster name, and says nothing of either. */
    static Secret derivedFrom(Secret password, String clusterName) {
        byte[] salt = ("shareddb cluster " + clusterName).getBytes(StandardCharsets.UTF_8);
        PBEKeySpec specification = new PBEKeySpec(password.value.toCharArray(), salt, ITERATIONS, KEY_BITS);
        try {
            byte[] key = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(specification)
                    .getEncoded();
            return new Secret(HexFormat.of().formatHex(key));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has PBKDF2WithHmacSHA256", e);
        } finally {
            specification.clearPassword();
        }
    }

    @Override
    public String toString() {
        return "***";
    }
}
