package io.shareddb.server.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.shareddb.server.endtoend.EngineChoice;
import io.shareddb.server.endtoend.FreePorts;
import io.shareddb.server.endtoend.Poll;
import io.shareddb.server.endtoend.Processes;
import io.shareddb.server.endtoend.SmallDisk;
import io.shareddb.server.endtoend.Trees;
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
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A cluster of {@code shareddb server} processes, each started again a second after it ended, as an init system would. Nodes count from
 * 0. Thread-safe.
 */
final class Nodes implements AutoCloseable {
    private static final String PASSWORD = "chaos";
    private static final int PORTS_PER_NODE = 5;
    private static final int DISK_MEGABYTES = 4_000;
    private static final Duration ANSWER = Duration.ofSeconds(20);
    private static final Duration STOPPED = Duration.ofSeconds(40);

    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(Duration.ofSeconds(2))
            .version(HttpClient.Version.HTTP_1_1)
            .build();
    private final JsonMapper json = JsonMapper.builder().build();
    private final Path directory;
    private final int count;
    private final int firstPort;
    private final Network network;
    private final List<OperatorProcess> operators = new ArrayList<>();
    private final Map<Integer, SmallDisk> disks = new HashMap<>();
    private final Map<Integer, Clock> clocks = new HashMap<>();

    private Nodes(Path directory, int count) throws InterruptedException {
        this.directory = directory;
        this.count = count;
        this.firstPort = FreePorts.block(PORTS_PER_NODE * count);
        this.network = Network.open(IntStream.range(0, count)
                .mapToObj(node -> Set.of(mysqlPort(node), apiPort(node), apiPort(node) + 1))
                .toList());
    }

    /**
     * Starts them on free ports with their files in {@code directory}.
     *
     * @param kinds what is to be done to them; what cannot be done here is told by {@link #can}
     */
    static Nodes start(EngineChoice engine, Path directory, int count, List<FaultKind> kinds)
            throws IOException, InterruptedException {
        Nodes nodes = new Nodes(directory, count);
        for (int node = 0; node < count; node++) {
            if (kinds.stream().anyMatch(FaultKind::needsDisk)) {
                nodes.mountDisk(node);
            }
            if (kinds.contains(FaultKind.JUMP_CLOCK)) {
                nodes.giveClock(node);
            }
            nodes.operators.add(nodes.operator(node, engine));
        }
        for (OperatorProcess operator : nodes.operators) {
            operator.start();
        }
        return nodes;
    }

    private void mountDisk(int node) throws IOException {
        SmallDisk.mount(layout(node).directory(), image(node), DISK_MEGABYTES).ifPresent(disk -> disks.put(node, disk));
    }

    private Path image(int node) {
        return besideFiles(node, "disk");
    }

    private void giveClock(int node) throws IOException {
        Clock.of(besideFiles(node, "clock")).ifPresent(clock -> clocks.put(node, clock));
    }

    /** What is not on the node's own disk. */
    private Path besideFiles(int node, String kind) {
        return directory.resolve("node" + (node + 1) + "." + kind);
    }

    /** Whether this machine allows it. */
    boolean can(FaultKind kind) {
        return (!kind.needsDisk() || disks.size() == count) && (kind != FaultKind.JUMP_CLOCK || clocks.size() == count);
    }

    private OperatorProcess operator(int node, EngineChoice engine) throws IOException {
        NodeLayout layout = layout(node);
        Files.createDirectories(layout.directory());
        Path hosts = besideFiles(node, "hosts");
        network.writeHosts(node, hosts);
        Map<String, String> settings = new HashMap<>();
        settings.put("NODE_NAME", "node" + (node + 1));
        settings.put("DATA_DIR", layout.directory().toString());
        settings.put("LOG_FILE", layout.operatorLog().toString());
        settings.put("BIND_ADDRESS", "127.0.0.1");
        settings.put("ADVERTISE_HOST", Network.name(node));
        settings.put("EXT_DB_PORT", String.valueOf(mysqlPort(node)));
        settings.put("UI_PORT", String.valueOf(uiPort(node)));
        settings.put("API_PORT", String.valueOf(apiPort(node)));
        settings.put("RAFT_PORT", String.valueOf(apiPort(node) + 1));
        settings.put("CLUSTER_SIZE", String.valueOf(count));
        settings.put(
                "PEERS",
                all().stream().map(n -> Network.name(n) + ":" + apiPort(n)).collect(Collectors.joining(",")));
        settings.put("DB_INIT_PASS", PASSWORD);
        settings.put("WHITELIST", "127.0.0.0/8");
        engine.installed()
                .ifPresent(binaries ->
                        settings.put("ENGINE_BINARY", binaries.server().toString()));
        if (disks.containsKey(node)) {
            settings.put("DISK_WARN", "1GB");
            settings.put("DISK_REFUSE", "300MB");
            settings.put("LOG_RETENTION_SIZE", "1GB");
        }
        if (clocks.containsKey(node)) {
            settings.putAll(clock(node).environment());
        }
        return new OperatorProcess(
                layout, besideFiles(node, "out"), Map.copyOf(settings), List.of("-Djdk.net.hosts.file=" + hosts));
    }

    int count() {
        return count;
    }

    List<Integer> all() {
        return IntStream.range(0, count).boxed().toList();
    }

    /** Its own file system, if there are faults of it. */
    SmallDisk disk(int node) {
        return Objects.requireNonNull(disks.get(node));
    }

    /** Its own clock, if there are faults of it. */
    Clock clock(int node) {
        return Objects.requireNonNull(clocks.get(node));
    }

    Network network() {
        return network;
    }

    NodeLayout layout(int node) {
        return new NodeLayout(directory.resolve("node" + (node + 1)));
    }

    private int mysqlPort(int node) {
        return firstPort + node;
    }

    private int uiPort(int node) {
        return firstPort + count + node;
    }

    private int apiPort(int node) {
        return firstPort + 2 * count + 2 * node;
    }

    /** 0 if it does not run. */
    long operatorPid(int node) {
        return live(PidFile.read(layout(node).operatorPid()).orElse(0));
    }

    /** 0 if it does not run. */
    long enginePid(int node) {
        return live(PidFile.read(layout(node).enginePid()).orElse(0));
    }

    private static long live(long pid) {
        return pid > 0 && Processes.alive(pid) ? pid : 0;
    }

    /** While it is held down, a node's operator is not started again. */
    void holdDown(int node, boolean down) {
        operators.get(node).holdDown(down);
    }

    /** Ends operator and engine without reading any of the node's files. */
    void killAllOf(int node) {
        Path home = layout(node).directory();
        Poll.until("nothing of node" + (node + 1) + " runs any more", STOPPED, () -> {
            List<Long> left = ProcessHandle.allProcesses()
                    .map(ProcessHandle::pid)
                    .filter(pid -> Processes.mentions(pid, home))
                    .toList();
            left.forEach(Processes::kill);
            return left.isEmpty();
        });
    }

    /** The node that takes writes, if there is one. */
    Optional<Integer> leader() throws InterruptedException {
        for (int node : all()) {
            if (status(node, "/primary") == 200) {
                return Optional.of(node);
            }
        }
        return Optional.empty();
    }

    /** Waits until every node is ready and has everything; the history must stand still for that. */
    void awaitInSync(Duration limit) {
        Poll.until(() -> "one leader, the others in sync; " + describe(), limit, () -> {
            Set<Long> seqs = new HashSet<>();
            int leaders = 0;
            for (int node : all()) {
                JsonNode own = own(node);
                leaders += own.path("state").asText().equals("LEADING") ? 1 : 0;
                seqs.add(own.path("appliedSeq").asLong());
                seqs.add(own.path("committedSeq").asLong());
            }
            return leaders == 1 && seqs.size() == 1 && ready();
        });
    }

    /** Whether every node serves and votes. */
    boolean ready() throws IOException, InterruptedException {
        boolean ready = true;
        for (int node : all()) {
            ready = ready
                    && status(node, "/readyz") == 200
                    && own(node).path("votes").asBoolean();
        }
        return ready;
    }

    Connection connect(int node, String database, String driverOptions) throws SQLException {
        return connectTo(mysqlPort(node), database, driverOptions);
    }

    /** To a node's engine, past its operator. */
    Connection connectEngine(int node) throws SQLException, IOException, InterruptedException {
        return connectTo(own(node).path("engine").path("port").asInt(), "", "");
    }

    private static Connection connectTo(int port, String database, String driverOptions) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:mysql://127.0.0.1:" + port + "/" + database
                        + "?sslMode=DISABLED&allowPublicKeyRetrieval=true&connectTimeout=3000&socketTimeout=30000"
                        + driverOptions,
                "root",
                PASSWORD);
    }

    /** What a node says of itself. */
    JsonNode own(int node) throws IOException, InterruptedException {
        for (JsonNode other : json.readTree(get(node, "/v1/cluster").body()).path("nodes")) {
            if (other.path("mysql").asText().endsWith(":" + mysqlPort(node))) {
                return other;
            }
        }
        throw new IOException("node " + node + " does not list itself");
    }

    private int status(int node, String path) throws InterruptedException {
        try {
            return get(node, path).statusCode();
        } catch (IOException e) {
            return 0;
        }
    }

    private HttpResponse<String> get(int node, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + uiPort(node) + path))
                .timeout(Duration.ofSeconds(2))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** Asks for something that changes the cluster; fails if that was refused, or nobody answered. */
    void ask(int node, String path, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + uiPort(node) + path))
                .timeout(ANSWER)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(path + " " + body + ": " + answer.statusCode() + " " + answer.body());
        }
    }

    /** Every node's own words. */
    String describe() {
        List<String> lines = new ArrayList<>();
        for (int node : all()) {
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

    /** Their files are wanted no more; after {@link #close}. */
    void delete() throws IOException {
        for (int node : all()) {
            Trees.delete(layout(node).directory());
            Files.deleteIfExists(image(node));
        }
    }

    /** Stops all in order, ends what does not. */
    @Override
    public void close() {
        network.heal();
        List<Thread> stoppers = operators.stream()
                .map(operator -> new Thread(() -> operator.stop(STOPPED), "stop"))
                .toList();
        stoppers.forEach(Thread::start);
        try {
            for (Thread stopper : stoppers) {
                stopper.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        network.close();
        disks.values().forEach(SmallDisk::close);
    }
}
