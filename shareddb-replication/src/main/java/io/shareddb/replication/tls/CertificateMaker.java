package io.shareddb.replication.tls;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.regex.Pattern;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Makes keys on the curve P-256 and X.509 certificates for them. Stateless, thread-safe. */
public final class CertificateMaker {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|.*:.*");
    private static final int SERIAL_BITS = 120;

    private CertificateMaker() {}

    /**
     * What a certificate says.
     *
     * @param name common name of its owner, at most 64 characters
     * @param hosts names and addresses of its owner, for clients that compare them; may be empty
     * @param from before that it is refused
     * @param until after that it is refused
     */
    public record Content(String name, List<String> hosts, Instant from, Instant until) {
        public Content {
            hosts = List.copyOf(hosts);
        }
    }

    /** A new key pair. */
    public static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("P-256 is part of every JDK", e);
        }
    }

    /** A certificate that nobody but its owner vouches for. */
    public static X509Certificate selfSigned(KeyPair keys, Content content) {
        X500Name name = name(content.name());
        return sign(name, keys.getPrivate(), name, keys.getPublic(), content);
    }

    /**
     * A certificate for {@code key}.
     *
     * @param issuer who vouches, as named in his own certificate
     * @param issuerKey proves it
     */
    static X509Certificate issue(X500Principal issuer, PrivateKey issuerKey, PublicKey key, Content content) {
        return sign(X500Name.getInstance(issuer.getEncoded()), issuerKey, name(content.name()), key, content);
    }

    private static X500Name name(String common) {
        return new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, common).build();
    }

    private static X509Certificate sign(
            X500Name issuer, PrivateKey issuerKey, X500Name subject, PublicKey key, Content content) {
        try {
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    issuer,
                    new BigInteger(SERIAL_BITS, RANDOM).add(BigInteger.ONE),
                    Date.from(content.from()),
                    Date.from(content.until()),
                    subject,
                    key);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            if (!content.hosts().isEmpty()) {
                GeneralName[] hosts = content.hosts().stream()
                        .map(host -> new GeneralName(
                                ADDRESS.matcher(host).matches() ? GeneralName.iPAddress : GeneralName.dNSName, host))
                        .toArray(GeneralName[]::new);
                builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(hosts));
            }
            var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(issuerKey);
            return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("cannot make a certificate for " + content.name(), e);
        }
    }
}
