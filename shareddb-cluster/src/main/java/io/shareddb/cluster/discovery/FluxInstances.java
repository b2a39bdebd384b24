package io.shareddb.cluster.discovery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The machines on which instances of a FluxOS application run, as its API tells. Asked for every minute; what was heard last stays
 * when there is no answer. Thread-safe; asks on a thread of its own.
 *
 * <pre>GET /apps/location/NAME → {"status":"success","data":[{"ip":"203.0.113.7:16137", …}, …]}</pre>
 */
public final class FluxInstances implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(FluxInstances.class);
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final int MAX_BYTES = 4 << 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI location;
    private final ScheduledThreadPoolExecutor executor;
    private volatile Set<InetAddress> known = Set.of();
    private @Nullable String problem; // executor's thread only

    private FluxInstances(URI location) {
        this.location = location;
        executor = new ScheduledThreadPoolExecutor(1, new DefaultThreadFactory("flux", true));
    }

    /**
     * Begins to ask.
     *
     * @param api such as {@code https://api.runonflux.io}
     * @param application letters, digits, {@code -}, {@code _} and {@code .}
     * @param period from one answer to the next question
     */
    public static FluxInstances of(URI api, String application, Duration period) {
        String base = api.toString().endsWith("/") ? api.toString() : api + "/";
        FluxInstances instances = new FluxInstances(URI.create(base).resolve("apps/location/" + application));
        var unused =
                instances.executor.scheduleWithFixedDelay(instances::ask, 0, period.toMillis(), TimeUnit.MILLISECONDS);
        return instances;
    }

    /** As it was told last; none before that. Does not block; immutable. */
    public Set<InetAddress> addresses() {
        return known;
    }

    private void ask() {
        try {
            Set<InetAddress> found = read(fetch());
            if (!found.equals(known)) {
                log.info("{} names {} instances: {}", location, found.size(), found);
            }
            known = Set.copyOf(found);
            problem = null;
        } catch (IOException | RuntimeException e) {
            String now = e.toString();
            if (!now.equals(problem)) {
                log.warn("no instances from {}: {}; known before: {}", location, now, known);
            }
            problem = now;
        }
    }

    private byte[] fetch() throws IOException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        HttpURLConnection connection = (HttpURLConnection) location.toURL().openConnection();
        connection.setConnectTimeout((int) LIMIT.toMillis());
        connection.setReadTimeout((int) LIMIT.toMillis());
        connection.setRequestProperty("Accept", "application/json");
        try {
            if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
                throw new IOException("status " + connection.getResponseCode() + " (expected: 200)");
            }
            try (InputStream body = connection.getInputStream()) {
                return read(body, deadline);
            }
        } finally {
            connection.disconnect();
        }
    }

    /** Not longer than {@link #LIMIT}, however small the pieces are that it comes in. */
    private static byte[] read(InputStream body, long deadline) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        byte[] piece = new byte[8192];
        for (int count = body.read(piece); count >= 0; count = body.read(piece)) {
            answer.write(piece, 0, count);
            if (answer.size() > MAX_BYTES || System.nanoTime() - deadline > 0) {
                throw new IOException(
                        "more than " + MAX_BYTES + " bytes, or not complete within " + LIMIT.toSeconds() + "s");
            }
        }
        return answer.toByteArray();
    }

    /** The addresses in an answer; ports in it are those of the FluxOS node. */
    static Set<InetAddress> read(byte[] answer) throws IOException {
        JsonNode root;
        try {
            root = JSON.readTree(answer);
        } catch (JsonProcessingException e) {
            throw new IOException("no JSON", e);
        }
        if (!root.path("status").asText().equals("success")
                || !root.path("data").isArray()) {
            throw new IOException("status " + root.path("status") + " (expected: \"success\" with data)");
        }
        Set<InetAddress> addresses = new HashSet<>();
        for (JsonNode instance : root.path("data")) {
            String ip = instance.path("ip").asText();
            boolean port = ip.indexOf(':') >= 0 && ip.indexOf(':') == ip.lastIndexOf(':');
            String host = ip.startsWith("[")
                    ? ip.substring(1, Math.max(1, ip.indexOf(']')))
                    : port ? ip.substring(0, ip.indexOf(':')) : ip;
            byte[] bytes = NetUtil.createByteArrayFromIpAddressString(host);
            if (bytes != null) {
                addresses.add(inet(bytes));
            }
        }
        return addresses;
    }

    private static InetAddress inet(byte[] bytes) throws UnknownHostException {
        return InetAddress.getByAddress(bytes);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
