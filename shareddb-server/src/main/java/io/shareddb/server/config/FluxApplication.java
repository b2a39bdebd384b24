package io.shareddb.server.config;

import java.net.URI;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An application on FluxOS.
 *
 * @param name 1 to 63 letters, digits, {@code .}, {@code _} and {@code -}
 * @param api where FluxOS is asked
 */
public record FluxApplication(String name, URI api) {
    private static final Pattern HTTP = Pattern.compile("https?://[A-Za-z0-9.:\\[\\]_-]+(/[A-Za-z0-9./_~-]*)?");

    /** {@code name}, to be asked about where {@code FLUX_API} says; empty if that is wrong, which is reported. */
    static Optional<FluxApplication> of(SettingReader reader, String name) {
        String api = reader.text(Setting.FLUX_API, HTTP, "http://… or https://…");
        return HTTP.matcher(api).matches() ? Optional.of(new FluxApplication(name, URI.create(api))) : Optional.empty();
    }
}
