package io.shareddb.server.layout;

import java.nio.file.Path;

/**
 * The files of one node.
 *
 * <pre>
 * data/          the engine's data
 * log/           the replicated log's segments
 * archive/       the committed history's indexes
 * former/        log and indexes that were given up, until their successors are whole
 * operator.pid   the operator's process id, locked while it runs
 * engine.pid     the engine's process id
 * operator.log   the operator's messages
 * engine.log     the engine's messages
 * engine.port    the engine's port, when nobody configured one
 * engine.family  which kind an engine is that somebody else runs
 * disk.probe     a line that is written once a second, to see whether that can be done
 * client.crt     the certificate that clients see, when nobody gave one; PEM
 * client.key     its private key, for the operator's user alone
 * </pre>
 *
 * @param directory of this node alone
 */
public record NodeLayout(Path directory) {
    public Path data() {
        return directory.resolve("data");
    }

    public Path log() {
        return directory.resolve("log");
    }

    public Path archive() {
        return directory.resolve("archive");
    }

    public Path former() {
        return directory.resolve("former");
    }

    public Path operatorPid() {
        return directory.resolve("operator.pid");
    }

    public Path enginePid() {
        return directory.resolve("engine.pid");
    }

    public Path operatorLog() {
        return directory.resolve("operator.log");
    }

    public Path engineLog() {
        return directory.resolve("engine.log");
    }

    public Path enginePort() {
        return directory.resolve("engine.port");
    }

    public Path engineFamily() {
        return directory.resolve("engine.family");
    }

    public Path diskProbe() {
        return directory.resolve("disk.probe");
    }

    public Path clientCertificate() {
        return directory.resolve("client.crt");
    }

    public Path clientKey() {
        return directory.resolve("client.key");
    }
}
