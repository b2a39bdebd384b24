package io.shareddb.server;

import io.shareddb.server.config.NodeConfig;
import io.shareddb.server.config.Setting;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;

/**
 * Sets up a {@link SharedDbNode}. What is not set has the default of {@link Setting}; the environment is not read. Not thread-safe.
 */
public final class SharedDbNodeBuilder {
    private final Map<Setting, String> settings = new EnumMap<>(Setting.class);

    SharedDbNodeBuilder() {
        settings.put(Setting.CLUSTER_SIZE, "1");
    }

    /** Directory of this node alone; made if it is missing. */
    public SharedDbNodeBuilder dataDirectory(Path directory) {
        return set(Setting.DATA_DIR, directory.toString());
    }

    /** The password of {@link Setting#DB_USER}, for clients and on the engine, the same on every node; required. */
    public SharedDbNodeBuilder password(String password) {
        return set(Setting.DB_INIT_PASS, password);
    }

    /**
     * All nodes of the cluster, this one among them, as {@code host:port} of their cluster APIs. Also sets how many nodes form the
     * cluster at its very first start. Without: a cluster of one.
     */
    public SharedDbNodeBuilder peers(String... peers) {
        set(Setting.PEERS, String.join(",", peers));
        return set(Setting.CLUSTER_SIZE, String.valueOf(Math.max(1, peers.length)));
    }

    /**
     * The ports of this node.
     *
     * @param mysql of the MySQL endpoint
     * @param ui of the management API
     * @param api of the cluster API
     * @param raft of the log
     */
    public SharedDbNodeBuilder ports(int mysql, int ui, int api, int raft) {
        set(Setting.EXT_DB_PORT, String.valueOf(mysql));
        set(Setting.UI_PORT, String.valueOf(ui));
        set(Setting.API_PORT, String.valueOf(api));
        return set(Setting.RAFT_PORT, String.valueOf(raft));
    }

    /** Any other setting, written as in the environment. */
    public SharedDbNodeBuilder set(Setting setting, String value) {
        settings.put(setting, value);
        return this;
    }

    /**
     * Starts the node.
     *
     * @throws io.shareddb.server.config.ConfigException naming every wrong setting
     * @throws IOException if the directory or a port cannot be had, naming it
     */
    public SharedDbNode start() throws IOException {
        return SharedDbNode.start(NodeConfig.read(Map.of(), settings));
    }
}
