package io.shareddb.server.config;

import io.shareddb.cluster.member.PeerAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where nodes are found beside {@code PEERS}; at most one is there.
 *
 * @param dns a name with an address record for each node, and the port of their cluster APIs
 * @param flux an application whose instances are nodes
 */
public record DiscoveryConfig(Optional<PeerAddress> dns, Optional<Flux> flux) {
    private static final Pattern DNS = Pattern.compile("dns:[A-Za-z0-9._-]{1,253}(:[1-9]\\d{0,4})?");
    private static final Pattern FLUX = Pattern.compile("flux:[A-Za-z0-9][A-Za-z0-9._-]{0,62}(:[1-9]\\d{0,4})?");

    /**
     * A FluxOS application of nodes.
     *
     * @param port of the cluster APIs
     */
    public record Flux(FluxApplication application, int port) {}

    /** Whether nodes are found without {@code PEERS}. */
    boolean given() {
        return dns.isPresent() || flux.isPresent();
    }

    static DiscoveryConfig read(SettingReader reader) {
        int port = reader.port(Setting.API_PORT);
        boolean named = reader.given(Setting.DISCOVERY);
        Setting setting = named ? Setting.DISCOVERY : Setting.DB_APPNAME;
        if (named && reader.given(Setting.DB_APPNAME)) {
            reader.problem(Setting.DB_APPNAME, "empty: DISCOVERY says how nodes are found");
        }
        if (!named && !reader.given(Setting.DB_APPNAME)) {
            return new DiscoveryConfig(Optional.empty(), Optional.empty());
        }
        String form = named ? reader.text(Setting.DISCOVERY) : "flux:" + reader.text(Setting.DB_APPNAME);
        boolean dns = DNS.matcher(form).matches();
        if (!dns && !FLUX.matcher(form).matches()) {
            reader.problem(
                    setting,
                    named
                            ? "dns:NAME, dns:NAME:PORT, flux:APPLICATION or flux:APPLICATION:PORT"
                            : "1 to 63 letters, digits, '.', '_' and '-'");
            return new DiscoveryConfig(Optional.empty(), Optional.empty());
        }
        try {
            PeerAddress place = PeerAddress.parse(form.substring(form.indexOf(':') + 1), port);
            return dns
                    ? new DiscoveryConfig(Optional.of(place), Optional.empty())
                    : new DiscoveryConfig(
                            Optional.empty(),
                            FluxApplication.of(reader, place.host())
                                    .map(application -> new Flux(application, place.port())));
        } catch (IllegalArgumentException e) {
            reader.problem(setting, String.valueOf(e.getMessage()));
            return new DiscoveryConfig(Optional.empty(), Optional.empty());
        }
    }
}
