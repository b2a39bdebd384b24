package io.shareddb.server.tls;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate that clients see: a given one, or one that the node makes and keeps. Files that change are read again; sessions that
 * are open do not notice. Thread-safe.
 */
public final class ClientCertificate implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ClientCertificate.class);
    private static final long LOOK_SECONDS = 10;

    private final CertificateFiles files;
    private final CurrentKeyManager keys;
    private final SslContext context;
    private final ScheduledExecutorService watch =
            Executors.newSingleThreadScheduledExecutor(new DefaultThreadFactory("certificate", true));
    private FileTime seen;

    private ClientCertificate(CertificateFiles files, Optional<PeerTls> peers) throws IOException {
        this.files = files;
        this.seen = files.changed();
        this.keys = new CurrentKeyManager(files.read(), peers.orElse(null));
        this.context = SslContextBuilder.forServer(keys)
                .sslProvider(SslProvider.JDK) // session resumption keeps working when the key manager changes its mind
                .protocols("TLSv1.3", "TLSv1.2")
                .build();
        var unused = watch.scheduleWithFixedDelay(this::look, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
    }

    /**
     * Shows a certificate that somebody else made.
     *
     * @param peers what other nodes are shown; empty for the same
     * @throws IOException if the files are not what they should be, naming them
     */
    public static ClientCertificate given(CertificateFiles files, Optional<PeerTls> peers) throws IOException {
        return new ClientCertificate(files, peers);
    }

    /**
     * Shows one that this node makes for itself and keeps in {@code files}; remove them to get a new one.
     *
     * @param name of the node
     * @param hosts names and addresses under which clients reach it
     * @param peers what other nodes are shown; empty for the same
     */
    public static ClientCertificate selfMade(
            CertificateFiles files, String name, List<String> hosts, Optional<PeerTls> peers) throws IOException {
        if (!files.exist() || isExpired(files.read())) {
            files.make(name, hosts);
            log.info("made a certificate for clients: file={} hosts={}", files.certificate(), hosts);
        }
        return new ClientCertificate(files, peers);
    }

    /** What a certificate of this machine names: {@code advertised}, the machine's own name, and loopback. */
    public static List<String> hosts(String advertised) {
        Set<String> hosts = new LinkedHashSet<>();
        hosts.add(advertised);
        try {
            hosts.add(InetAddress.getLocalHost().getHostName());
        } catch (UnknownHostException e) {
            log.debug("this machine has no name: {}", e.getMessage());
        }
        hosts.addAll(List.of("localhost", "127.0.0.1", "::1"));
        return List.copyOf(hosts);
    }

    private static boolean isExpired(CertificateFiles.Content content) {
        return content.certificate().getNotAfter().toInstant().isBefore(Instant.now());
    }

    /** The server's side of TLS with it. */
    public SslContext context() {
        return context;
    }

    /** Reads the files again if they have changed; keeps what there is if they are wrong. */
    synchronized void look() {
        try {
            FileTime now = files.changed();
            if (!now.equals(seen)) {
                keys.set(files.read());
                seen = now;
                log.info(
                        "new certificate for clients: file={} until={}",
                        files.certificate(),
                        keys.current().certificate().getNotAfter().toInstant());
            }
        } catch (IOException e) {
            log.warn("certificate for clients not read again, the old one stays: {}", e.getMessage());
        }
    }

    @Override
    public void close() {
        watch.shutdownNow();
    }
}
