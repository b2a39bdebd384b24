package io.shareddb.server.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * TLS with clients.
 *
 * @param mode whether they may or must use it
 * @param files a given certificate; empty for a self-made one
 */
public record TlsConfig(Mode mode, Optional<Files> files) {
    /** Whether clients may or must use TLS. */
    public enum Mode {
        OFF,
        /** As the client likes. */
        PREFER,
        /** Clients without are refused. */
        REQUIRE
    }

    /**
     * PEM files.
     *
     * @param certificate the node's, then those of who issued it
     * @param key the private key, without a password
     */
    public record Files(Path certificate, Path key) {}
}
