package io.shareddb.server.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The rules of the settings that say who is a node. Stateless. */
final class TrustReader {
    private static final Pattern LOOPBACK = Pattern.compile("127\\.[0-9.]+|::1|localhost");

    private TrustReader() {}

    static TrustConfig read(SettingReader reader, Secret password, String clusterName, String bindAddress) {
        String secret = reader.text(Setting.CLUSTER_SECRET);
        String previous = reader.text(Setting.CLUSTER_SECRET_PREVIOUS);
        boolean tls = reader.flag(Setting.CLUSTER_TLS);
        if (!tls && !LOOPBACK.matcher(bindAddress).matches()) {
            reader.problem(Setting.CLUSTER_TLS, "true: others than this machine reach BIND_ADDRESS " + bindAddress);
        }
        return new TrustConfig(
                secret.isEmpty() ? Secret.derivedFrom(password, clusterName) : new Secret(secret),
                previous.isEmpty() ? Optional.empty() : Optional.of(new Secret(previous)),
                files(reader),
                tls);
    }

    private static Optional<TrustConfig.Files> files(SettingReader reader) {
        List<Path> files = new ArrayList<>();
        List<Setting> settings = List.of(Setting.CLUSTER_TLS_CERT, Setting.CLUSTER_TLS_KEY, Setting.CLUSTER_TLS_CA);
        boolean wanted =
                settings.stream().anyMatch(setting -> !reader.text(setting).isEmpty());
        for (Setting setting : settings) {
            Optional<Path> file = NodeConfigReader.optionalPath(reader, setting);
            if (wanted && file.filter(Files::isReadable).isEmpty()) {
                reader.problem(
                        setting, "a readable file, as each of CLUSTER_TLS_CERT, CLUSTER_TLS_KEY and CLUSTER_TLS_CA");
            }
            file.ifPresent(files::add);
        }
        return files.size() == settings.size()
                ? Optional.of(new TrustConfig.Files(files.get(0), files.get(1), files.get(2)))
                : Optional.empty();
    }
}
