package io.shareddb.server.config;

import io.shareddb.cluster.member.NodeKind;
import io.shareddb.cluster.member.PeerAddress;
import io.shareddb.server.routing.Consistency;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The rules of each setting. Stateless. */
final class NodeConfigReader {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
    private static final Pattern DATABASE = Pattern.compile("([^\\x00-\\x1f`/\\\\.]{1,64})?");
    private static final Pattern USER = Pattern.compile("[^\\x00-\\x1f'\"`@\\\\]{1,80}");
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.:_%-]*");
    private static final Pattern LEVEL = Pattern.compile("ERROR|WARN|INFO|DEBUG");

    private static final Pattern ACCOUNTS = Pattern.compile("operator|engine");
    private static final Pattern TLS = Pattern.compile("require|prefer|off");
    private static final Pattern NODE_KIND = Pattern.compile("full|replica|witness");
    private static final Pattern LEADER_SYNC = Pattern.compile("log|engine");
    private static final Pattern STALE_READS = Pattern.compile("refuse|allow");
    private static final Pattern CONSISTENCY = Pattern.compile("eventual|session|strong");

    private NodeConfigReader() {}

    static NodeConfig read(SettingReader reader) {
        Secret password = password(reader);
        Ports ports = ports(reader);
        ClusterConfig cluster = cluster(reader);
        NodeConfig config = new NodeConfig(
                nodeName(reader),
                path(reader, Setting.DATA_DIR).toAbsolutePath().normalize(),
                ports,
                cluster,
                TrustReader.read(reader, password, cluster.name(), ports.bindAddress()),
                access(reader, password),
                limits(reader),
                engine(reader),
                StorageConfig.read(reader),
                new LoggingConfig(
                        optionalPath(reader, Setting.LOG_FILE),
                        reader.text(Setting.LOG_LEVEL, LEVEL, "ERROR, WARN, INFO or DEBUG")));
        reader.check();
        return config;
    }

    private static Secret password(SettingReader reader) {
        String file = reader.text(Setting.DB_INIT_PASS_FILE);
        String password = reader.text(Setting.DB_INIT_PASS);
        if (!file.isEmpty() && !password.isEmpty()) {
            reader.problem(Setting.DB_INIT_PASS_FILE, "only one of DB_INIT_PASS and DB_INIT_PASS_FILE");
        } else if (!file.isEmpty()) {
            try {
                password = Files.readString(Path.of(file)).strip();
            } catch (IOException | InvalidPathException e) {
                reader.problem(Setting.DB_INIT_PASS_FILE, "a readable file; " + e);
                return new Secret("");
            }
        }
        if (password.isEmpty() || password.length() > 128 || password.chars().anyMatch(c -> c < ' ')) {
            reader.problem(Setting.DB_INIT_PASS, "1 to 128 characters, the same on every node");
        }
        return new Secret(password);
    }

    private static String nodeName(SettingReader reader) {
        if (reader.given(Setting.NODE_NAME)) {
            return reader.text(Setting.NODE_NAME, NAME, "1 to 63 letters, digits, '.', '_' and '-'");
        }
        return hostName();
    }

    private static Ports ports(SettingReader reader) {
        int mysql = reader.port(Setting.EXT_DB_PORT);
        int api = reader.port(Setting.API_PORT);
        int ui = reader.port(Setting.UI_PORT);
        int raft = reader.port(Setting.RAFT_PORT);
        List<Setting> names = List.of(Setting.EXT_DB_PORT, Setting.API_PORT, Setting.UI_PORT, Setting.RAFT_PORT);
        List<Integer> values = List.of(mysql, api, ui, raft);
        for (int i = 0; i < values.size(); i++) {
            int first = values.indexOf(values.get(i));
            if (first < i) {
                reader.problem(names.get(i), "a port of its own, not that of " + names.get(first));
            }
        }
        String bind = reader.text(Setting.BIND_ADDRESS, HOST, "an address of this machine");
        String advertise = reader.text(Setting.ADVERTISE_HOST, HOST, "a name or address");
        if (advertise.isEmpty()) {
            advertise = reader.text(Setting.FLUX_NODE_HOST_IP, HOST, "the machine's address, which FluxOS sets");
        }
        if (advertise.isEmpty()) {
            advertise = bind.equals("0.0.0.0") || bind.equals("::") ? hostName() : bind;
        }
        int advertised = reader.optionalPort(Setting.DB_PORT).orElse(mysql);
        return new Ports(bind, advertise, mysql, advertised, api, ui, raft);
    }

    private static ClusterConfig cluster(SettingReader reader) {
        String name = reader.text(Setting.CLUSTER_NAME, NAME, "1 to 63 letters, digits, '.', '_' and '-'");
        int size = reader.number(Setting.CLUSTER_SIZE, 1, 9);
        int defaultPort = reader.port(Setting.API_PORT);
        List<PeerAddress> peers = reader.list(Setting.PEERS, text -> PeerAddress.parse(text, defaultPort));
        DiscoveryConfig discovery = DiscoveryConfig.read(reader);
        if (!discovery.given() && size > 1 && peers.size() < size - 1) {
            reader.problem(Setting.PEERS, "the " + (size - 1) + " other nodes, because CLUSTER_SIZE is " + size);
        }
        return new ClusterConfig(
                name,
                size,
                peers,
                discovery,
                reader.duration(Setting.LEADER_TIMEOUT, Duration.ofMillis(300), Duration.ofMinutes(1)),
                switch (reader.text(Setting.NODE_KIND, NODE_KIND, "full, replica or witness")) {
                    case "replica" -> NodeKind.REPLICA;
                    case "witness" -> NodeKind.WITNESS;
                    default -> NodeKind.FULL;
                },
                reader.text(Setting.REPLACE_AFTER).equals("off")
                        ? Optional.empty()
                        : Optional.of(
                                reader.duration(Setting.REPLACE_AFTER, Duration.ofSeconds(10), Duration.ofDays(7))),
                reader.given(Setting.ADOPT) ? reader.text(Setting.ADOPT, NAME, "the name of a node") : "",
                reader.text(Setting.LEADER_SYNC, LEADER_SYNC, "log or engine").equals("engine"));
    }

    private static AccessConfig access(SettingReader reader, Secret password) {
        String database = reader.text(Setting.INIT_DB_NAME, DATABASE, "1 to 64 characters without `, /, \\ and .");
        return new AccessConfig(
                reader.text(Setting.DB_USER, USER, "1 to 80 characters without quotes, @ and \\"),
                password,
                reader.text(Setting.DB_ACCOUNTS, ACCOUNTS, "operator or engine").equals("engine"),
                database.isEmpty() ? Optional.empty() : Optional.of(database),
                reader.list(Setting.WHITELIST, AddressRule::check),
                clientApplication(reader),
                reader.flag(Setting.AUTH_MASTER_ONLY),
                Consistency.of(reader.text(Setting.READ_CONSISTENCY, CONSISTENCY, "eventual, session or strong"))
                        .orElse(Consistency.SESSION),
                reader.text(Setting.STALE_READS, STALE_READS, "refuse or allow").equals("allow"),
                reader.duration(Setting.LEADER_WAIT, Duration.ZERO, Duration.ofMinutes(10)),
                tls(reader));
    }

    private static TlsConfig tls(SettingReader reader) {
        String mode = reader.text(Setting.CLIENT_TLS, TLS, "require, prefer or off");
        Optional<Path> certificate = readable(reader, Setting.CLIENT_TLS_CERT);
        Optional<Path> key = readable(reader, Setting.CLIENT_TLS_KEY);
        if (certificate.isPresent() != key.isPresent()) {
            reader.problem(
                    certificate.isPresent() ? Setting.CLIENT_TLS_KEY : Setting.CLIENT_TLS_CERT,
                    "a readable file: CLIENT_TLS_CERT and CLIENT_TLS_KEY come together");
        }
        return new TlsConfig(
                switch (mode) {
                    case "off" -> TlsConfig.Mode.OFF;
                    case "require" -> TlsConfig.Mode.REQUIRE;
                    default -> TlsConfig.Mode.PREFER;
                },
                certificate.flatMap(file -> key.map(its -> new TlsConfig.Files(file, its))));
    }

    private static Optional<Path> readable(SettingReader reader, Setting setting) {
        Optional<Path> file = optionalPath(reader, setting);
        if (file.isPresent() && !Files.isReadable(file.get())) {
            reader.problem(setting, "a readable file");
        }
        return file;
    }

    private static Optional<FluxApplication> clientApplication(SettingReader reader) {
        return reader.given(Setting.CLIENT_APPNAME)
                ? FluxApplication.of(
                        reader, reader.text(Setting.CLIENT_APPNAME, NAME, "1 to 63 letters, digits, '.', '_' and '-'"))
                : Optional.empty();
    }

    private static LimitsConfig limits(SettingReader reader) {
        return new LimitsConfig(
                reader.number(Setting.MAX_CONNECTIONS, 1, 100_000),
                reader.number(Setting.MAX_CONNECTIONS_PER_ADDRESS, 0, 100_000),
                reader.number(Setting.MAX_UNAUTHENTICATED, 1, 100_000),
                reader.number(Setting.MAX_PACKET_MEGABYTES, 1, 1024),
                reader.duration(Setting.HANDSHAKE_TIMEOUT, Duration.ofMillis(500), Duration.ofMinutes(10)),
                reader.duration(Setting.IDLE_TIMEOUT, Duration.ofSeconds(1), Duration.ofDays(365)),
                reader.duration(Setting.INTERACTIVE_TIMEOUT, Duration.ofSeconds(1), Duration.ofDays(365)),
                reader.duration(Setting.SLOW_READER_TIMEOUT, Duration.ofSeconds(1), Duration.ofDays(1)),
                reader.duration(Setting.ENGINE_IDLE_TIMEOUT, Duration.ofMillis(100), Duration.ofDays(365)));
    }

    private static EngineConfig engine(SettingReader reader) {
        Optional<Path> binary = optionalPath(reader, Setting.ENGINE_BINARY);
        if (binary.isPresent() && !Files.isExecutable(binary.get())) {
            reader.problem(Setting.ENGINE_BINARY, "a program that can be executed");
        }
        Optional<Path> jar = readable(reader, Setting.ENGINE_JAR);
        String host = reader.text(Setting.DB_COMPONENT_NAME, HOST, "a name or address");
        int port = reader.port(Setting.DB_ENGINE_PORT);
        String relayHost = reader.text(Setting.RELAY_HOST, HOST, "a name or address");
        for (Setting managed : List.of(Setting.ENGINE_BINARY, Setting.ENGINE_PORT, Setting.ENGINE_MEMORY_MEGABYTES)) {
            if (!host.isEmpty() && reader.given(managed)) {
                reader.problem(managed, "empty: DB_COMPONENT_NAME says that somebody else runs the engine");
            }
        }
        return new EngineConfig(
                host.isEmpty() ? Optional.empty() : Optional.of(new EngineConfig.Place(host, port)),
                relayHost.isEmpty() ? Optional.empty() : Optional.of(relayHost),
                binary,
                jar,
                reader.optionalPort(Setting.ENGINE_PORT),
                reader.number(Setting.ENGINE_MEMORY_MEGABYTES, 16, 10_000_000),
                optionalPath(reader, Setting.ENGINE_CACHE).orElseGet(NodeConfigReader::userCache));
    }

    private static Path userCache() {
        String xdg = System.getenv().getOrDefault("XDG_CACHE_HOME", "");
        Path caches = xdg.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(xdg);
        return caches.resolve("shareddb").toAbsolutePath();
    }

    static Optional<Path> optionalPath(SettingReader reader, Setting setting) {
        return reader.text(setting).isEmpty()
                ? Optional.empty()
                : Optional.of(path(reader, setting).toAbsolutePath().normalize());
    }

    private static Path path(SettingReader reader, Setting setting) {
        try {
            return Path.of(reader.text(setting));
        } catch (InvalidPathException e) {
            reader.problem(setting, "a path; " + e.getReason());
            return Path.of("");
        }
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost"; // a machine without a name; set NODE_NAME and ADVERTISE_HOST there
        }
    }
}
