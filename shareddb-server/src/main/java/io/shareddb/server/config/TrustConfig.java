package io.shareddb.server.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How the nodes of a cluster know each other.
 *
 * @param secret what all of them know
 * @param previous another secret whose holders are nodes as well, while it is changed
 * @param files certificates to use instead of those that follow from the secret
 * @param tls whether connections between nodes are encrypted, and nodes asked for certificates
 */
public record TrustConfig(Secret secret, Optional<Secret> previous, Optional<Files> files, boolean tls) {
    /**
     * Certificates that somebody else made, in PEM.
     *
     * @param certificate this node's, and those between it and the authority
     * @param key its key
     * @param authorities who may vouch for nodes
     */
    public record Files(Path certificate, Path key, Path authorities) {}
}
