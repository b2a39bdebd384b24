package io.shareddb.server.launcher;

import io.shareddb.server.config.Setting;
import io.shareddb.server.layout.NodeLayout;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The nodes that {@code up} starts.
 *
 * @param directory of the cluster, absolute
 * @param nodes from node1 on
 * @param common settings of every node, beyond what makes up the plan; unmodifiable
 */
record ClusterPlan(Path directory, List<NodePlan> nodes, Map<Setting, String> common) {
    static final String HOST = "127.0.0.1";

    /** What differs from node to node, or is given in another way. */
    private static final Set<Setting> OWN = EnumSet.of(
            Setting.NODE_NAME,
            Setting.DATA_DIR,
            Setting.CONFIG_FILE,
            Setting.LOG_FILE,
            Setting.BIND_ADDRESS,
            Setting.ADVERTISE_HOST,
            Setting.EXT_DB_PORT,
            Setting.DB_PORT,
            Setting.UI_PORT,
            Setting.API_PORT,
            Setting.RAFT_PORT,
            Setting.CLUSTER_SIZE,
            Setting.PEERS,
            Setting.DB_INIT_PASS_FILE,
            Setting.DB_COMPONENT_NAME,
            Setting.DB_ENGINE_PORT,
            Setting.ENGINE_PORT,
            Setting.RELAY_HOST);

    ClusterPlan {
        common = Map.copyOf(common);
    }

    /** Whether {@code setting} can be among the {@link #common} ones. */
    static boolean common(Setting setting) {
        return !OWN.contains(setting) && !setting.secret();
    }

    /**
     * One node.
     *
     * @param name {@code node1}, {@code node2} and so on
     * @param layout its files
     * @param mysqlPort of its MySQL endpoint
     * @param uiPort of its management API
     * @param apiPort of its cluster API
     * @param raftPort of its log
     */
    record NodePlan(String name, NodeLayout layout, int mysqlPort, int uiPort, int apiPort, int raftPort) {
        /** URL of its management API, without a slash at the end. */
        String url() {
            return "http://" + HOST + ":" + uiPort;
        }
    }

    /** The first node has the ports given; for the next ones MySQL and UI ports follow by one, cluster API and log by two. */
    static List<NodePlan> nodes(Path directory, int count, int mysqlPort, int uiPort, int apiPort) {
        return IntStream.range(0, count)
                .mapToObj(i -> new NodePlan(
                        "node" + (i + 1),
                        new NodeLayout(directory.resolve("node" + (i + 1))),
                        mysqlPort + i,
                        uiPort + i,
                        apiPort + 2 * i,
                        apiPort + 2 * i + 1))
                .toList();
    }

    /** What differs from the defaults for {@code node}. */
    Map<Setting, String> settings(NodePlan node, String password) {
        Map<Setting, String> settings = new EnumMap<>(Setting.class);
        settings.put(Setting.NODE_NAME, node.name());
        settings.put(Setting.DATA_DIR, node.layout().directory().toString());
        settings.put(Setting.LOG_FILE, node.layout().operatorLog().toString());
        settings.put(Setting.BIND_ADDRESS, HOST);
        settings.put(Setting.EXT_DB_PORT, String.valueOf(node.mysqlPort()));
        settings.put(Setting.UI_PORT, String.valueOf(node.uiPort()));
        settings.put(Setting.API_PORT, String.valueOf(node.apiPort()));
        settings.put(Setting.RAFT_PORT, String.valueOf(node.raftPort()));
        settings.put(Setting.CLUSTER_SIZE, String.valueOf(nodes.size()));
        settings.put(
                Setting.PEERS, nodes.stream().map(n -> HOST + ":" + n.apiPort()).collect(Collectors.joining(",")));
        settings.put(Setting.DB_INIT_PASS, password);
        settings.putAll(common);
        return settings;
    }
}
