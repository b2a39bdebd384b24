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
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A node that is started by itself with the addresses of others. One thread. */
final class LateNode implements AutoCloseable {
    /** Ports that a node takes, in a row. */
    static final int PORTS = 4;

    private static final int API = 2;

    private final String name;
    private final Path directory;
    private final Map<String, String> environment = new HashMap<>();
    private int firstPort;
    private Process process;

    private LateNode(String name, Path directory, int firstPort, String peers, Map<String, String> settings)
            throws IOException {
        this.name = name;
        this.directory = directory;
        this.firstPort = firstPort;
        environment.putAll(Map.of(
                "NODE_NAME",
                name,
                "DATA_DIR",
                directory.toString(),
                "BIND_ADDRESS",
                "127.0.0.1",
                "PEERS",
                peers,
                "DB_INIT_PASS",
                Cluster.PASSWORD));
        environment.putAll(settings);
        this.process = launch();
    }

    /** Starts it; {@code settings} are added to what every node needs. */
    static LateNode start(Cluster cluster, String name, Path directory, Map<String, String> settings)
            throws IOException {
        return start(name, directory, FreePorts.block(PORTS), cluster.peers(), settings);
    }

    /** Starts it at ports of the caller's choice. */
    static LateNode start(String name, Path directory, int firstPort, String peers, Map<String, String> settings)
            throws IOException {
        return new LateNode(name, directory, firstPort, peers, settings);
    }

    /** The cluster APIs of {@code count} nodes at {@link #PORTS} ports each, as {@code PEERS} takes them. */
    static String peers(int firstPort, int count) {
        return IntStream.range(0, count)
                .mapToObj(node -> "127.0.0.1:" + (firstPort + node * PORTS + API))
                .collect(Collectors.joining(","));
    }

    private Process launch() throws IOException {
        environment.put("EXT_DB_PORT", String.valueOf(firstPort));
        environment.put("UI_PORT", String.valueOf(firstPort + 1));
        environment.put("API_PORT", String.valueOf(firstPort + API));
        environment.put("RAFT_PORT", String.valueOf(firstPort + 3));
        return Launcher.start(
                directory.resolveSibling(directory.getFileName() + ".out"), environment, List.of("server"));
    }

    String url() {
        return "http://" + environment.getOrDefault("BIND_ADDRESS", "127.0.0.1") + ":" + (firstPort + 1);
    }

    String name() {
        return name;
    }

    /** Its settings, as variables. */
    Map<String, String> environment() {
        return environment;
    }

    NodeLayout layout() {
        return new NodeLayout(directory);
    }

    /** Kills operator and engine. */
    void kill() throws InterruptedException {
        long engine = enginePid();
        Processes.kill(process.pid());
        process.waitFor();
        if (engine > 0 && Processes.alive(engine)) {
            Processes.kill(engine);
        }
    }

    private long enginePid() {
        return PidFile.read(layout().enginePid()).orElse(0);
    }

    /** Starts it again on the same files and ports. */
    void restart() throws IOException {
        process = launch();
    }

    /** A connection to its engine, past its operator. */
    Connection connectEngine() throws SQLException, InterruptedException {
        return Cluster.connectTo(own().path("engine").path("port").asInt(), "", "");
    }

    Connection connect(String database, String password) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:mysql://127.0.0.1:" + firstPort + "/" + database
                        + "?sslMode=DISABLED&allowPublicKeyRetrieval=true&connectTimeout=3000&socketTimeout=20000",
                "root",
                password);
    }

    Connection connect(String database) throws SQLException {
        return Cluster.connectTo(environment.getOrDefault("BIND_ADDRESS", "127.0.0.1"), firstPort, database, "");
    }

    /** What it says of itself; a missing node if it does not answer. */
    JsonNode own() throws InterruptedException {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url() + "/v1/cluster"))
                    .timeout(Duration.ofSeconds(2))
                    .build();
            JsonNode view = JsonMapper.builder()
                    .build()
                    .readTree(HttpClient.newHttpClient()
                            .send(request, HttpResponse.BodyHandlers.ofString())
                            .body());
            for (JsonNode node : view.path("nodes")) {
                if (node.path("name").asText().equals(name)) {
                    return node;
                }
            }
            return view.path("missing");
        } catch (IOException e) {
            return JsonMapper.builder().build().missingNode();
        }
    }

    /** Stops it in order and starts it again on the same files, at other ports. */
    void moveAndRestart() throws IOException, InterruptedException {
        stop();
        firstPort = FreePorts.block(PORTS);
        process = launch();
    }

    /** Stops it in order. */
    void stop() throws InterruptedException {
        Processes.terminate(process.pid());
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            throw new AssertionError(name + " did not stop within 30 s");
        }
    }

    @Override
    public void close() {
        long engine = enginePid();
        try {
            if (process.isAlive()) {
                stop();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            process.destroyForcibly();
            if (engine > 0 && Processes.alive(engine)) {
                Processes.kill(engine);
            }
        }
    }
}
