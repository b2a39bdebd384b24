package io.shareddb.replication.tls;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Trusts whom an authority vouches for, clients and servers alike. Names and addresses in certificates are of no interest: nodes move,
 * and who is who among those that are trusted is for the protocols above. Immutable, thread-safe.
 */
final class PeerTrust extends X509ExtendedTrustManager {
    /** A peer's certificate was looked at and refused; the message says why, as of "it". */
    static final class RefusedException extends CertificateException {
        private static final long serialVersionUID = 1;

        RefusedException(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    private final Set<TrustAnchor> anchors;
    private final Set<X509Certificate> known;

    PeerTrust(Set<TrustAnchor> anchors) {
        this.anchors = Set.copyOf(anchors);
        this.known = anchors.stream()
                .flatMap(anchor -> Optional.ofNullable(anchor.getTrustedCert()).stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    private void check(X509Certificate @Nullable [] chain) throws CertificateException {
        if (chain == null || chain.length == 0) {
            throw new RefusedException("it has no certificate", null);
        }
        List<X509Certificate> path = new ArrayList<>(Arrays.asList(chain));
        path.subList(1, path.size()).removeIf(known::contains); // an authority sent along is none of the path
        try {
            PKIXParameters parameters = new PKIXParameters(anchors);
            parameters.setRevocationEnabled(false);
            var certificates = CertificateFactory.getInstance("X.509").generateCertPath(path);
            CertPathValidator.getInstance("PKIX").validate(certificates, parameters);
        } catch (CertPathValidatorException e) {
            X509Certificate wrong = path.get(Math.max(0, e.getIndex()));
            throw new RefusedException("its certificate (" + describe(path.get(0)) + ") " + reason(e, wrong), e);
        } catch (GeneralSecurityException e) {
            throw new RefusedException("its certificate cannot be checked: " + e.getMessage(), e);
        }
    }

    private String reason(CertPathValidatorException e, X509Certificate wrong) {
        if (e.getReason() == BasicReason.EXPIRED) {
            return "expired at " + wrong.getNotAfter().toInstant();
        }
        if (e.getReason() == BasicReason.NOT_YET_VALID) {
            return "is valid from " + wrong.getNotBefore().toInstant() + " only";
        }
        return "is not vouched for by " + names() + " (" + e.getMessage() + ")";
    }

    private String names() {
        return anchors.stream()
                .map(anchor -> anchor.getTrustedCert() == null
                        ? anchor.getCAName()
                        : anchor.getTrustedCert().getSubjectX500Principal().getName())
                .sorted()
                .collect(Collectors.joining(" or "));
    }

    private static String describe(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().getName() + " of "
                + certificate.getIssuerX500Principal().getName();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        check(chain);
    }

    /** None: a peer that is told whom we trust would keep a wrong certificate to itself, and we could not say what is wrong. */
    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
