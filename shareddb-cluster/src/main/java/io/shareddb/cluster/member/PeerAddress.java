package io.shareddb.cluster.member;

import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where a cluster API may be.
 *
 * @param host address or name, without brackets
 * @param port 1 to 65535
 */
public record PeerAddress(String host, int port) {
    private static final Pattern FORM = Pattern.compile("(?<bare>(?:[0-9a-fA-F.%]*:){2,}[0-9a-fA-F.%]*)"
            + "|(?:\\[(?<v6>[0-9a-fA-F:.%]+)]|(?<host>[A-Za-z0-9._-]+))(?::(?<port>\\d{1,5}))?");

    public PeerAddress {
        if (host.isBlank() || port < 1 || port > 65_535) {
            throw new IllegalArgumentException(
                    "peer: '" + host + ":" + port + "' (expected: host and a port of 1 to 65535)");
        }
    }

    /**
     * Reads {@code host}, {@code host:port}, {@code v6}, {@code [v6]} or {@code [v6]:port}.
     *
     * @param defaultPort taken where the text names none
     * @throws IllegalArgumentException whose message is what was expected
     */
    public static PeerAddress parse(String text, int defaultPort) {
        Matcher form = FORM.matcher(text.trim());
        if (!form.matches()) {
            throw new IllegalArgumentException("host:port, host or [ipv6]:port");
        }
        int port = form.group("port") == null ? defaultPort : Integer.parseInt(form.group("port"));
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("a port from 1 to 65535");
        }
        String host = Stream.of("bare", "v6", "host")
                .map(form::group)
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow();
        return new PeerAddress(host, port);
    }

    /** For a URI: an IPv6 address stands in brackets. */
    public String authority() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    @Override
    public String toString() {
        return authority();
    }
}
