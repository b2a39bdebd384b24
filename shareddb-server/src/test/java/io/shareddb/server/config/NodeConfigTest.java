package io.shareddb.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.shareddb.cluster.member.PeerAddress;
import io.shareddb.cluster.storage.StorageLimits;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeConfigTest {
    private static final Map<String, String> ALONE = Map.of("DB_INIT_PASS", "secret", "CLUSTER_SIZE", "1");

    @TempDir
    Path directory;

    @Test
    void passwordAndPeersAreEnough() {
        NodeConfig config =
                NodeConfig.read(Map.of("DB_INIT_PASS", "secret", "PEERS", "db1:7071, db2,[::1]:9"), Map.of());

        assertThat(config.ports()).isEqualTo(new Ports("127.0.0.1", "127.0.0.1", 3307, 3307, 7071, 8008, 7072));
        assertThat(config.cluster().size()).isEqualTo(3);
        assertThat(config.cluster().peers())
                .containsExactly(new PeerAddress("db1", 7071), new PeerAddress("db2", 7071), new PeerAddress("::1", 9));
        assertThat(config.access().user()).isEqualTo("root");
        assertThat(config.access().whitelist()).containsExactly("127.0.0.1");
        assertThat(config.access().leaderWait()).isEqualTo(Duration.ofSeconds(10));
        assertThat(config.dataDirectory()).isEqualTo(Path.of("data").toAbsolutePath());
    }

    @Test
    void everyProblemIsReportedAtOnce() {
        Map<String, String> environment = Map.of(
                "EXT_DB_PORT", "70000",
                "API_PORT", "x",
                "UI_PORT", "7072",
                "CLUSTER_SIZE", "0",
                "WHITELIST", "10.0.0.0/8,300.1.1.1",
                "LEADER_WAIT", "10",
                "AUTH_MASTER_ONLY", "yes",
                "DISCOVERY", "dns:");

        assertThat(problems(environment))
                .contains(
                        "EXT_DB_PORT: 70000 (expected: 1 to 65535)",
                        "API_PORT: x (expected: 1 to 65535)",
                        "RAFT_PORT: 7072 (expected: a port of its own, not that of UI_PORT)",
                        "CLUSTER_SIZE: 0 (expected: 1 to 9)",
                        "LEADER_WAIT: 10 (expected: 0ms to 600s, written as 500ms, 10s or 2m)",
                        "AUTH_MASTER_ONLY: yes (expected: true or false)",
                        "DISCOVERY: dns: (expected: dns:NAME, dns:NAME:PORT, flux:APPLICATION or flux:APPLICATION:PORT)",
                        "DB_INIT_PASS: not set (expected: 1 to 128 characters, the same on every node)")
                .anySatisfy(problem -> assertThat(problem).startsWith("WHITELIST: 300.1.1.1 (expected: an address"));
    }

    @Test
    void engineThatSomebodyElseRunsGetsNoMemoryFromUs() {
        Map<String, String> environment =
                Map.of("DB_INIT_PASS", "secret", "PEERS", "db1,db2", "ENGINE_MEMORY_MEGABYTES", "4096");
        assertThat(NodeConfig.read(environment, Map.of()).engine().memoryMegabytes())
                .isEqualTo(4096);
        assertThat(problems(Map.of(
                        "DB_INIT_PASS", "secret",
                        "PEERS", "db1,db2",
                        "DB_COMPONENT_NAME", "engine1",
                        "ENGINE_MEMORY_MEGABYTES", "4096")))
                .containsExactly(
                        "ENGINE_MEMORY_MEGABYTES: 4096 (expected: empty: DB_COMPONENT_NAME says that somebody else"
                                + " runs the engine)");
    }

    @Test
    void nodesMayBeFoundByAName() {
        NodeConfig config =
                NodeConfig.read(Map.of("DB_INIT_PASS", "secret", "DISCOVERY", "dns:db.example:7100"), Map.of());
        assertThat(config.cluster().discovery().dns()).contains(new PeerAddress("db.example", 7100));
        assertThat(config.cluster().peers()).isEmpty();
    }

    @Test
    void nodesMayBeTheInstancesOfAFluxApplication() {
        NodeConfig config = NodeConfig.read(
                Map.of(
                        "DB_INIT_PASS", "secret",
                        "BIND_ADDRESS", "0.0.0.0",
                        "DB_APPNAME", "shop",
                        "API_PORT", "33950",
                        "FLUX_API", "http://127.0.0.1:16127/",
                        "FLUX_NODE_HOST_IP", "203.0.113.7"),
                Map.of());
        DiscoveryConfig.Flux flux = config.cluster().discovery().flux().orElseThrow();
        assertThat(flux)
                .isEqualTo(new DiscoveryConfig.Flux(
                        new FluxApplication("shop", URI.create("http://127.0.0.1:16127/")), 33950));
        assertThat(config.ports().advertiseHost()).isEqualTo("203.0.113.7");
        Map<String, String> named = Map.of("DB_INIT_PASS", "secret", "DISCOVERY", "flux:shop:7100");
        assertThat(NodeConfig.read(named, Map.of())
                        .cluster()
                        .discovery()
                        .flux()
                        .orElseThrow()
                        .port())
                .isEqualTo(7100);
        assertThat(problems(Map.of("DB_INIT_PASS", "secret", "DISCOVERY", "flux:shop", "DB_APPNAME", "shop")))
                .containsExactly("DB_APPNAME: shop (expected: empty: DISCOVERY says how nodes are found)");
        assertThat(problems(Map.of("DB_INIT_PASS", "secret", "DISCOVERY", "flux:a b")))
                .anySatisfy(problem -> assertThat(problem).startsWith("DISCOVERY: flux:a b (expected: "));
    }

    @Test
    void clusterOfThreeNeedsTwoOthers() {
        assertThat(problems(Map.of("DB_INIT_PASS", "secret", "PEERS", "db1")))
                .containsExactly("PEERS: db1 (expected: the 2 other nodes, because CLUSTER_SIZE is 3)");
    }

    @ParameterizedTest
    @CsvSource({
        "SHAREDDB_FOO, a setting of docs/configuration.md",
        "SHAREDDB_CLUSTER_SZIE, did you mean CLUSTER_SIZE?",
        "CLUSTER_SZIE, did you mean CLUSTER_SIZE?",
        "CLUSTERSIZE, did you mean CLUSTER_SIZE?",
        "WHITELST, did you mean WHITELIST?",
        "AuthMasterOnly, did you mean AUTH_MASTER_ONLY?"
    })
    void unknownVariablesFail(String variable, String hint) {
        Map<String, String> environment = new HashMap<>(ALONE);
        environment.put(variable, "3");

        assertThat(problems(environment)).containsExactly(variable + ": unknown setting (expected: " + hint + ")");
    }

    @Test
    void variablesOfOthersAreSkipped() {
        Map<String, String> environment = new HashMap<>(ALONE);
        environment.putAll(
                Map.of("PATH", "/bin", "DB_HOST", "x", "DB_SERVICE_PORT", "1", "PEER", "x", "LOGFILES", "x"));

        assertThat(NodeConfig.read(environment, Map.of()).cluster().size()).isEqualTo(1);
    }

    @Test
    void flagsComeBeforeEnvironmentBeforeFile() throws IOException {
        Path file = Files.writeString(
                directory.resolve("node.conf"),
                "cluster-name = file\nDB_USER = file\nINIT_DB_NAME = file\nexpected = 1\n",
                java.nio.charset.StandardCharsets.UTF_8);
        Map<String, String> environment = new HashMap<>(ALONE);
        environment.putAll(Map.of(
                "CONFIG_FILE", file.toString(), "SHAREDDB_CLUSTER_NAME", "environment", "DB_USER", "environment"));
        Map<Setting, String> flags = Map.of(Setting.CLUSTER_NAME, "flag");

        assertThat(problems(environment))
                .containsExactly(
                        "expected in " + file + ": unknown setting (expected: a setting of docs/configuration.md)");
        Files.writeString(file, "cluster-name = file\nDB_USER = file\nINIT_DB_NAME = file\n");
        NodeConfig config = NodeConfig.read(environment, flags);
        assertThat(config.cluster().name()).isEqualTo("flag");
        assertThat(config.access().user()).isEqualTo("environment");
        assertThat(config.access().initialDatabase()).contains("file");
    }

    @Test
    void originalsSpellingOfAuthMasterOnlyIsKnown() {
        Map<String, String> environment = new HashMap<>(ALONE);
        environment.put("authMasterOnly", "true");

        assertThat(NodeConfig.read(environment, Map.of()).access().leaderOnly()).isTrue();
    }

    @Test
    void variableGivenTwiceWithDifferentValuesFails() {
        Map<String, String> environment = new HashMap<>(ALONE);
        environment.put("SHAREDDB_CLUSTER_SIZE", "2");

        assertThat(problems(environment)).anySatisfy(problem -> assertThat(problem)
                .startsWith("SHAREDDB_CLUSTER_SIZE: given twice with different values"));
    }

    @Test
    void secretsAreNotShown() {
        NodeConfig config = NodeConfig.read(ALONE, Map.of());
        Map<String, String> tooLong = Map.of("DB_INIT_PASS", "x".repeat(129), "CLUSTER_SIZE", "1");

        assertThat(config.toString()).doesNotContain("secret=secret").contains("***");
        assertThat(problems(tooLong))
                .containsExactly("DB_INIT_PASS: *** (expected: 1 to 128 characters, the same on every node)");
    }

    @Test
    void passwordMayComeFromAFile() throws IOException {
        Path file = Files.writeString(directory.resolve("password"), "from file\n");

        NodeConfig config =
                NodeConfig.read(Map.of("DB_INIT_PASS_FILE", file.toString(), "CLUSTER_SIZE", "1"), Map.of());

        assertThat(config.access().password().value()).isEqualTo("from file");
    }

    @Test
    void tlsHasBothFilesOrNone() throws IOException {
        String file = Files.writeString(directory.resolve("some.crt"), "").toString();
        Map<String, String> environment =
                Map.of("DB_INIT_PASS", "p", "CLUSTER_SIZE", "1", "CLIENT_TLS", "always", "CLIENT_TLS_CERT", file);

        assertThat(problems(environment))
                .containsExactly(
                        "CLIENT_TLS: always (expected: require, prefer or off)",
                        "CLIENT_TLS_KEY: not set (expected: a readable file: CLIENT_TLS_CERT and CLIENT_TLS_KEY come"
                                + " together)");
    }

    @Test
    void clusterSecretIsTheSameForTheSamePasswordAndNameOnly() {
        Secret password = new Secret("secret");

        assertThat(Secret.derivedFrom(password, "a")).isEqualTo(Secret.derivedFrom(password, "a"));
        assertThat(Secret.derivedFrom(password, "a")).isNotEqualTo(Secret.derivedFrom(password, "b"));
        assertThat(Secret.derivedFrom(password, "a")).isNotEqualTo(Secret.derivedFrom(new Secret("other"), "a"));
    }

    @Test
    void sizesAndAgesHaveUnits() {
        Map<String, String> environment = new HashMap<>(ALONE);
        environment.put("LOG_RETENTION_SIZE", "2TB");
        environment.put("LOG_RETENTION_AGE", "36h");
        environment.put("DISK_WARN", "10GB");
        environment.put("DISK_REFUSE", "700MB");
        assertThat(NodeConfig.read(environment, Map.of()).storage())
                .isEqualTo(new StorageLimits(2_000_000_000_000L, Duration.ofHours(36), 10_000_000_000L, 700_000_000));

        environment.put("LOG_RETENTION_SIZE", "4G");
        environment.put("DISK_WARN", "500MB");
        assertThat(problems(environment))
                .containsExactlyInAnyOrder(
                        "LOG_RETENTION_SIZE: 4G (expected: at least 128MB, written as 500MB, 10GB or 2TB)",
                        "DISK_WARN: 500MB (expected: at least DISK_REFUSE, which is 700MB)");
    }

    @Test
    void nodesSpeakInClearOnLoopbackOnly() {
        Map<String, String> plain = new HashMap<>(ALONE);
        plain.put("CLUSTER_TLS", "false");
        assertThat(NodeConfig.read(ALONE, Map.of()).trust().tls()).isTrue();
        assertThat(NodeConfig.read(plain, Map.of()).trust().tls()).isFalse();

        plain.put("BIND_ADDRESS", "0.0.0.0");
        assertThat(problems(plain))
                .containsExactly(
                        "CLUSTER_TLS: false (expected: true: others than this machine reach BIND_ADDRESS 0.0.0.0)");
    }

    @Test
    void certificatesComeInThreeFiles() throws IOException {
        Path file = Files.writeString(directory.resolve("node.pem"), "");
        Map<String, String> environment = new HashMap<>(ALONE);
        environment.put("CLUSTER_TLS_CERT", file.toString());
        environment.put("CLUSTER_TLS_KEY", directory.resolve("missing").toString());
        assertThat(problems(environment))
                .hasSize(2)
                .anyMatch(problem -> problem.startsWith("CLUSTER_TLS_KEY: " + directory.resolve("missing")))
                .anyMatch(problem -> problem.startsWith("CLUSTER_TLS_CA: not set"));

        environment.put("CLUSTER_TLS_KEY", file.toString());
        environment.put("CLUSTER_TLS_CA", file.toString());
        assertThat(NodeConfig.read(environment, Map.of()).trust().files())
                .contains(new TrustConfig.Files(file, file, file));
    }

    private static List<String> problems(Map<String, String> environment) {
        return catchThrowableOfType(ConfigException.class, () -> NodeConfig.read(environment, Map.of()))
                .problems();
    }
}
