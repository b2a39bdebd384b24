package io.shareddb.server.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes on three addresses of this machine, with the same ports and settings, find each other by FluxOS alone. */
class FluxDiscoveryIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private final List<LateNode> started = new ArrayList<>();
    private final List<String> instances = new CopyOnWriteArrayList<>();
    private final AtomicInteger asked = new AtomicInteger();
    private HttpServer flux;

    @BeforeEach
    void startFlux() throws IOException {
        flux = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        flux.createContext("/apps/location/shop", exchange -> {
            boolean ready = asked.incrementAndGet() > 2; // the first ones hear that FluxOS itself is not up yet
            String data = instances.stream()
                    .map(ip -> "{\"ip\":\"" + ip + ":16127\",\"staticIp\":false,\"osUptime\":1}")
                    .reduce((one, other) -> one + "," + other)
                    .orElse("");
            byte[] body = (ready
                            ? "{\"status\":\"success\",\"data\":[" + data + "]}"
                            : "{\"status\":\"error\",\"data\":{\"code\":0,\"name\":\"Error\",\"message\":\"not ready\"}}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        flux.start();
    }

    @AfterEach
    void stop() {
        started.forEach(LateNode::close);
        flux.stop(0);
    }

    @Test
    void instancesOfAnApplicationFormACluster() throws Exception {
        int firstPort = FreePorts.block(LateNode.PORTS);
        for (int i = 1; i <= 3; i++) {
            String ip = "127.0.0." + (i + 1);
            instances.add(ip);
            started.add(LateNode.start(
                    "node" + i,
                    directory.resolve("node" + i),
                    firstPort,
                    "",
                    Map.of(
                            "BIND_ADDRESS",
                            ip,
                            "FLUX_NODE_HOST_IP",
                            ip,
                            "DB_APPNAME",
                            "shop",
                            "WHITELIST",
                            "127.0.0.0/8",
                            "FLUX_API",
                            "http://127.0.0.1:" + flux.getAddress().getPort())));
        }
        for (LateNode node : started) {
            Poll.until(() -> node.name() + " leads or follows; " + quietly(node), LIMIT, () -> {
                String state = node.own().path("state").asText();
                return state.equals("LEADING") || state.equals("FOLLOWING");
            });
        }
        assertThat(asked.get()).isGreaterThan(2);
        try (Connection connection = started.get(0).connect("");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE shop");
            statement.execute("CREATE TABLE shop.t (a INT PRIMARY KEY)");
            statement.execute("INSERT INTO shop.t VALUES (1)");
        }
        for (LateNode node : started) {
            try (Connection connection = node.connect("shop");
                    Statement statement = connection.createStatement()) {
                assertThat(Engines.column(statement, "SELECT a FROM t")).containsExactly("1");
            }
        }
    }

    private static String quietly(LateNode node) {
        try {
            JsonNode own = node.own();
            return own.toString();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }
}
