package io.shareddb.cluster.member;

/**
 * Where a cluster API may be.
 *
 * @param host address or name, without brackets
 * @param port 1 to 65535
 */
public record PeerAddress(String host, int port) {
    public PeerAddress {
        if (host.isBlank() || port < 1 || port > 65_535) {
            throw new IllegalArgumentException(
                    "peer: '" + host + ":" + port + "' (expected: host and a port of 1 to 65535)");
        }
    }

    /**
     * Reads {@code host}, {@code host:port}, {@code [v6]} or {@code [v6]:port}.
     *
     * @param defaultPort taken where the text names none
     */
    public static PeerAddress parse(String text, int defaultPort) {
        String trimmed = text.trim();
        try {
            if (trimmed.startsWith("[")) {
                int end = trimmed.indexOf(']');
                String rest = trimmed.substring(end + 1);
                return new PeerAddress(
                        trimmed.substring(1, end), rest.isEmpty() ? defaultPort : Integer.parseInt(rest.substring(1)));
            }
            int colon = trimmed.lastIndexOf(':');
            if (colon < 0 || trimmed.indexOf(':') != colon) { // no port, or a bare IPv6 address
                return new PeerAddress(trimmed, defaultPort);
            }
            return new PeerAddress(trimmed.substring(0, colon), Integer.parseInt(trimmed.substring(colon + 1)));
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("peer: '" + text + "' (expected: host or host:port)", e);
        }
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
