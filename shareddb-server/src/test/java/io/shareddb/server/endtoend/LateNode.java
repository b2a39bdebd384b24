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

/** A node that is started by itself with the addresses of a cluster that is there. One thread. */
final class LateNode implements AutoCloseable {
    private static final int PORTS = 4;

    private final String name;
    private final Path directory;
    private final Map<String, String> environment = new HashMap<>();
    private int firstPort;
    private Process process;

    private LateNode(String name, Path directory, String peers, Map<String, String> settings) throws IOException {
        this.name = name;
        this.directory = directory;
        this.firstPort = FreePorts.block(PORTS);
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
        return new LateNode(name, directory, cluster.peers(), settings);
    }

    /**
     * The same with addresses that are not those of a cluster of tests.
     *
     * @param peers as {@code PEERS} takes them
     */
    static LateNode start(String peers, String name, Path directory, Map<String, String> settings) throws IOException {
        return new LateNode(name, directory, peers, settings);
    }

    private Process launch() throws IOException {
        environment.put("EXT_DB_PORT", String.valueOf(firstPort));
        environment.put("UI_PORT", String.valueOf(firstPort + 1));
        environment.put("API_PORT", String.valueOf(firstPort + 2));
        environment.put("RAFT_PORT", String.valueOf(firstPort + 3));
        return Launcher.start(
                directory.resolveSibling(directory.getFileName() + ".out"), environment, List.of("server"));
    }

    String url() {
        return "http://127.0.0.1:" + (firstPort + 1);
    }

    Connection connect(String database, String password) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:mysql://127.0.0.1:" + firstPort + "/" + database
                        + "?sslMode=DISABLED&allowPublicKeyRetrieval=true&connectTimeout=3000&socketTimeout=20000",
                "root",
                password);
    }

    Connection connect(String database) throws SQLException {
        return Cluster.connectTo(firstPort, database, "");
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

    private void stop() throws InterruptedException {
        Processes.terminate(process.pid());
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            throw new AssertionError(name + " did not stop within 30 s");
        }
    }

    @Override
    public void close() {
        long engine = PidFile.read(new NodeLayout(directory).enginePid()).orElse(0);
        try {
            stop();
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
