package io.shareddb.server.launcher;

import io.shareddb.cluster.member.FileStateStore;
import io.shareddb.cluster.member.LocalNode;
import io.shareddb.cluster.member.Membership;
import io.shareddb.cluster.member.StateException;
import io.shareddb.server.config.ConfigException;
import io.shareddb.server.config.NodeConfig;
import io.shareddb.server.config.Setting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** With which settings {@code recover} asks the other nodes. Stateless. */
final class RecoverySettings {
    private RecoverySettings() {}

    /**
     * The settings that are given; where they lack something and a directory was made by {@code up}, which keeps no settings but the
     * password, those of its nodes.
     *
     * @param directories of survivors, as they were named
     * @throws ConfigException if they do not suffice
     */
    static NodeConfig read(Map<String, String> environment, Map<Setting, String> flags, List<Path> directories) {
        try {
            return NodeConfig.read(environment, flags);
        } catch (ConfigException lacking) {
            Map<Setting, String> more = new EnumMap<>(flags);
            directories.forEach(directory -> addKept(directory, more));
            try {
                return NodeConfig.read(environment, more);
            } catch (ConfigException still) {
                throw still.problems().size() < lacking.problems().size() ? still : lacking;
            }
        }
    }

    private static void addKept(Path directory, Map<Setting, String> settings) {
        Optional<Path> password = PasswordFile.ofNode(directory);
        if (password.isPresent() && Files.isDirectory(directory)) {
            settings.putIfAbsent(Setting.DB_INIT_PASS_FILE, password.get().toString());
            // nodes know each other by a secret that follows from both
            clusterName(directory).ifPresent(name -> settings.putIfAbsent(Setting.CLUSTER_NAME, name));
        }
    }

    private static Optional<String> clusterName(Path directory) {
        try {
            return LocalNode.lastMembership(new FileStateStore(directory)).map(Membership::clusterName);
        } catch (StateException e) { // whoever opens the directory says so
            return Optional.empty();
        }
    }
}
