package io.shareddb.server.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.shareddb.server.layout.NodeLayout;
import io.shareddb.server.layout.PidFile;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Three nodes started by {@code up}, each an operator and an engine of its own. Nodes count from 0. One thread. */
final class Cluster implements AutoCloseable {
    static final int NODES = 3;
    static final String PASSWORD = "end-to-end";

    private static final Duration READY = Duration.ofMinutes(3);
    private static final Duration STOPPED = Duration.ofMinutes(1);

    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(Duration.ofSeconds(2))
            .version(HttpClient.Version.HTTP_1_1)
            .build();
    private final List<String> settings;
    private final EngineChoice engine;
    private final Path directory;
    private final int firstPort;
    private Process up;

    private Cluster(EngineChoice engine, Path directory, int firstPort, List<String> settings) throws IOException {
        this.settings = settings;
        this.engine = engine;
        this.directory = directory;
        this.firstPort = firstPort;
        this.up = launch();
    }

    /**
     * Starts a cluster on free ports with its files in {@code directory}; call {@link #awaitReady} next. A starved machine does not
     * change its leader.
     */
    static Cluster start(Path directory) throws IOException {
        return start(directory, "LEADER_TIMEOUT=10s");
    }

    /** The same with settings of its own, {@code NAME=VALUE}. */
    static Cluster start(Path directory, String... settings) throws IOException {
        List<String> options = new ArrayList<>();
        for (String setting : settings) {
            options.addAll(List.of("--set", setting));
        }
        return new Cluster(new EngineChoice(Optional.empty()), directory, FreePorts.block(4 * NODES), options);
    }

    /** The same on some engine, with the usual settings. */
    static Cluster start(EngineChoice engine, Path directory) throws IOException {
        return new Cluster(engine, directory, FreePorts.block(4 * NODES), List.of());
    }

    private Process launch() throws IOException {
        return Launcher.start(output(), Map.of(), options());
    }

    /** The arguments of {@code up}. */
    List<String> options() {
        List<String> options = new ArrayList<>(List.of(
                "up",
                "--dir",
                directory.toString(),
                "--password",
                PASSWORD,
                "--mysql-port",
                String.valueOf(mysqlPort(0)),
                "--ui-port",
                String.valueOf(uiPort(0)),
                "--api-port",
                String.valueOf(apiPort(0))));
        options.addAll(engine.options());
        options.addAll(settings);
        return options;
    }

    Path output() {
        return directory.resolveSibling(directory.getFileName() + ".out");
    }

    String outputText() throws IOException {
        return Files.readString(output());
    }

    Process up() {
        return up;
    }

    /** Stops all nodes in order and starts them again on the same files. */
    void restart() throws IOException, InterruptedException {
        stop();
        up = launch();
        awaitReady();
    }

    /** Waits until {@code up} says so. */
    void awaitReady() {
        Poll.until(() -> "cluster is ready; " + describe(), READY, () -> {
            if (!up.isAlive()) {
                throw new AssertionError("up ended with " + up.exitValue() + ":\n" + outputText());
            }
            return healthy();
        });
    }

    /** Waits until one node leads, the others follow, and all have applied everything. */
    void awaitHealthy(Duration limit) {
        Poll.until(() -> "one leader, two followers in sync; " + describe(), limit, this::healthy);
    }

    private boolean healthy() throws IOException, InterruptedException {
        int leaders = 0;
        long seq = -1;
        for (int node = 0; node < NODES; node++) {
            JsonNode own = own(node);
            String state = own.path("state").asText();
            leaders += state.equals("LEADING") ? 1 : 0;
            long applied = own.path("appliedSeq").asLong();
            boolean same = seq == -1 || seq == applied;
            seq = applied;
            if (!same
                    || own.path("committedSeq").asLong() != applied
                    || !(state.equals("LEADING") || state.equals("FOLLOWING"))
                    || status(node, "/readyz") != 200) {
                return false;
            }
        }
        return leaders == 1;
    }

    int mysqlPort(int node) {
        return firstPort + node;
    }

    int uiPort(int node) {
        return firstPort + NODES + node;
    }

    int apiPort(int node) {
        return firstPort + 2 * NODES + 2 * node;
    }

    /** The cluster APIs of all nodes, as {@code PEERS} takes them. */
    String peers() {
        return nodes().stream()
                .map(node -> "127.0.0.1:" + (firstPort + 2 * NODES + 2 * node))
                .collect(Collectors.joining(","));
    }

    NodeLayout layout(int node) {
        return new NodeLayout(directory.resolve("node" + (node + 1)));
    }

    long operatorPid(int node) {
        return PidFile.read(layout(node).operatorPid()).orElse(0);
    }

    long enginePid(int node) {
        return PidFile.read(layout(node).enginePid()).orElse(0);
    }

    /** The node that takes writes; waits for one. */
    int leader() {
        return Poll.value(() -> "a leader; " + describe(), Duration.ofSeconds(30), () -> {
            for (int node = 0; node < NODES; node++) {
                if (status(node, "/primary") == 200) {
                    return Optional.of(node);
                }
            }
            return Optional.empty();
        });
    }

    /** Some node that does not lead. */
    int follower() {
        return (leader() + 1) % NODES;
    }

    static List<Integer> nodes() {
        return IntStream.range(0, NODES).boxed().toList();
    }

    /** A client's connection to a node. */
    Connection connect(int node, String database) throws SQLException {
        return connectTo(mysqlPort(node), database, "");
    }

    /** The same with options of the driver. */
    Connection connect(int node, String database, String driverOptions) throws SQLException {
        return connectTo(mysqlPort(node), database, driverOptions);
    }

    static Connection connectTo(int port, String database, String driverOptions) throws SQLException {
        return connectTo("127.0.0.1", port, database, driverOptions);
    }

    static Connection connectTo(String host, int port, String database, String driverOptions) throws SQLException {
        String url = "jdbc:mysql://" + host + ":" + port + "/" + database
                + "?sslMode=DISABLED&allowPublicKeyRetrieval=true&connectTimeout=3000&socketTimeout=20000"
                + driverOptions;
        return DriverManager.getConnection(url, "root", PASSWORD);
    }

    /** A connection to a node's engine, past its operator. */
    Connection connectEngine(int node) throws SQLException, IOException, InterruptedException {
        return connectTo(own(node).path("engine").path("port").asInt(), "", "");
    }

    /** What a node says of itself. */
    JsonNode own(int node) throws IOException, InterruptedException {
        for (JsonNode other : JsonMapper.builder()
                .build()
                .readTree(get(node, "/v1/cluster").body())
                .path("nodes")) {
            if (other.path("mysql").asText().endsWith(":" + mysqlPort(node))) {
                return other;
            }
        }
        throw new IllegalStateException("node " + node + " does not list itself");
    }

    int status(int node, String path) throws InterruptedException {
        try {
            return get(node, path).statusCode();
        } catch (IOException e) {
            return 0;
        }
    }

    HttpResponse<String> get(int node, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + uiPort(node) + path))
                .timeout(Duration.ofSeconds(2))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** Every node's own words, for failures. */
    String describe() {
        List<String> lines = new ArrayList<>();
        for (int node : nodes()) {
            try {
                lines.add(own(node).toString());
            } catch (IOException | RuntimeException e) {
                lines.add("node " + node + ": " + e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return String.join("\n", lines);
    }

    /** SIGTERM to {@code up}, as Ctrl-C would do; returns when it has ended. */
    void stop() throws InterruptedException {
        Processes.terminate(up.pid());
        if (!up.waitFor(STOPPED.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("up did not stop within " + STOPPED.toSeconds() + " s");
        }
    }

    /** Stops the cluster and kills whatever it left. */
    @Override
    public void close() {
        List<Long> processes = new ArrayList<>();
        for (int node : nodes()) {
            processes.add(operatorPid(node));
            processes.add(enginePid(node));
        }
        try {
            if (up.isAlive()) {
                stop();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            up.destroyForcibly();
            processes.stream().filter(pid -> pid > 0 && Processes.alive(pid)).forEach(Processes::kill);
        }
    }
}
