package io.shareddb.replication.tls;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.jce.ECNamedCurveTable;
import org.bouncycastle.jce.spec.ECNamedCurveParameterSpec;
import org.bouncycastle.jce.spec.ECNamedCurveSpec;

/**
 * Vouches for the nodes of a cluster. Its keys follow from a secret, so every node that knows the secret has the same authority, and
 * whoever shows a certificate of it knows the secret. Immutable, thread-safe.
 */
final class Authority {
    private static final String CURVE = "secp256r1";
    private static final ECNamedCurveParameterSpec P256 = ECNamedCurveTable.getParameterSpec(CURVE);
    private static final int NAME_BYTES = 4;

    // Keys of nodes live as long as their process, so that dates would only make clocks matter.
    private static final Instant FROM = Instant.parse("2000-01-01T00:00:00Z");
    private static final Instant UNTIL = Instant.parse("9999-12-31T23:59:59Z"); // RFC 5280: no end

    private final X500Principal name;
    private final PrivateKey privateKey;
    private final PublicKey publicKey;

    private Authority(X500Principal name, PrivateKey privateKey, PublicKey publicKey) {
        this.name = name;
        this.privateKey = privateKey;
        this.publicKey = publicKey;
    }

    /** The authority of those who know {@code secret}: at least 16 bytes that nobody can guess. */
    static Authority of(byte[] secret) {
        try {
            BigInteger number = privateNumber(secret);
            var point = P256.getG().multiply(number).normalize();
            ECNamedCurveSpec curve =
                    new ECNamedCurveSpec(CURVE, P256.getCurve(), P256.getG(), P256.getN(), P256.getH(), P256.getSeed());
            KeyFactory factory = KeyFactory.getInstance("EC");
            PublicKey publicKey = factory.generatePublic(new ECPublicKeySpec(
                    new ECPoint(
                            point.getAffineXCoord().toBigInteger(),
                            point.getAffineYCoord().toBigInteger()),
                    curve));
            PrivateKey privateKey = factory.generatePrivate(new ECPrivateKeySpec(number, curve));
            byte[] print = MessageDigest.getInstance("SHA-256").digest(publicKey.getEncoded());
            String name = "CN=shareddb authority " + HexFormat.of().formatHex(print, 0, NAME_BYTES);
            return new Authority(new X500Principal(name), privateKey, publicKey);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("P-256 is part of every JDK", e);
        }
    }

    /** Even over 1 to n - 1: the first candidate in range (FIPS 186-5, A.2.2). */
    private static BigInteger privateNumber(byte[] secret) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret, "HmacSHA256"));
        for (int candidate = 0; ; candidate++) {
            BigInteger number = new BigInteger(
                    1,
                    mac.doFinal(
                            ByteBuffer.allocate(Integer.BYTES).putInt(candidate).array()));
            if (number.signum() > 0 && number.compareTo(P256.getN()) < 0) {
                return number;
            }
        }
    }

    /** A certificate for {@code keys}, whose owner is called {@code node}. */
    X509Certificate vouch(String node, KeyPair keys) {
        var content = new CertificateMaker.Content(node, List.of(), FROM, UNTIL);
        return CertificateMaker.issue(name, privateKey, keys.getPublic(), content);
    }

    TrustAnchor anchor() {
        return new TrustAnchor(name, publicKey, null);
    }
}
