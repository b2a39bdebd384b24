package io.shareddb.server.config;

import io.shareddb.cluster.storage.StorageLimits;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * All settings of one node, checked. Immutable.
 *
 * @param nodeName for people
 * @param dataDirectory of this node alone; absolute
 * @param ports where it listens
 * @param cluster which cluster it belongs to
 * @param trust how it knows the other nodes
 * @param access who may connect
 * @param limits what clients may take
 * @param engine its engine
 * @param storage what it may take of its disk
 * @param logging where messages go
 */
public record NodeConfig(
        String nodeName,
        Path dataDirectory,
        Ports ports,
        ClusterConfig cluster,
        TrustConfig trust,
        AccessConfig access,
        LimitsConfig limits,
        EngineConfig engine,
        StorageLimits storage,
        LoggingConfig logging) {
    /**
     * Reads the settings; flags come before the environment, which comes before the file that {@code CONFIG_FILE} names.
     *
     * @param environment as {@link System#getenv()} gives it; variables of others are skipped
     * @throws ConfigException naming every problem
     */
    public static NodeConfig read(Map<String, String> environment, Map<Setting, String> flags) {
        return NodeConfigReader.read(new SettingReader(new SettingSources(environment, flags)));
    }

    /** The same with another jar to unpack the engine from. */
    public NodeConfig withEngineJar(Optional<Path> jar) {
        EngineConfig other = new EngineConfig(
                engine.external(),
                engine.relayHost(),
                engine.binary(),
                jar,
                engine.port(),
                engine.memoryMegabytes(),
                engine.cache());
        return new NodeConfig(nodeName, dataDirectory, ports, cluster, trust, access, limits, other, storage, logging);
    }
}
