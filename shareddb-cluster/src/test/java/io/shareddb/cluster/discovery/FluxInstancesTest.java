package io.shareddb.cluster.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.netty.util.NetUtil;
import io.shareddb.cluster.member.PeerAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class FluxInstancesTest {
    private static final String TWO = """
            {"status":"success","data":[{"ip":"203.0.113.7:16137","staticIp":true,"osUptime":1},{"ip":"203.0.113.8"},
            {"ip":"2001:db8::7"},{"ip":"[2001:db8::8]:16127"},{"ip":"a.name"},{}]}""";

    private static InetAddress inet(String address) throws IOException {
        return InetAddress.getByAddress(NetUtil.createByteArrayFromIpAddressString(address));
    }

    @Test
    void addressesAreReadWithAndWithoutPort() throws IOException {
        assertThat(FluxInstances.read(TWO.getBytes(StandardCharsets.UTF_8)))
                .containsExactlyInAnyOrder(
                        inet("203.0.113.7"), inet("203.0.113.8"), inet("2001:db8::7"), inet("2001:db8::8"));
        for (String bad : new String[] {"", "{", "[]", "{\"status\":\"error\",\"data\":{\"message\":\"no\"}}"}) {
            assertThatThrownBy(() -> FluxInstances.read(bad.getBytes(StandardCharsets.UTF_8)))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void whatWasHeardStaysUntilSomethingElseIsHeard() throws IOException {
        AtomicReference<String> answer = new AtomicReference<>(TWO);
        AtomicInteger status = new AtomicInteger(200);
        AtomicInteger asked = new AtomicInteger();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/flux/apps/location/wordpress", exchange -> {
            byte[] body = Objects.requireNonNull(answer.get()).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status.get(), body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
            asked.incrementAndGet();
        });
        server.start();
        URI api = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/flux");
        try (FluxInstances instances = FluxInstances.of(api, "wordpress", Duration.ofMillis(5))) {
            InetAddress member = inet("203.0.113.7");
            eventually(() -> instances.addresses().contains(member));
            assertThat(new FluxPeers(instances, 7071).addresses())
                    .hasSize(4)
                    .contains(new PeerAddress("203.0.113.7", 7071), new PeerAddress("203.0.113.8", 7071));
            status.set(500);
            int before = asked.get();
            eventually(() -> asked.get() > before + 2);
            assertThat(instances.addresses().contains(member)).isTrue();
            status.set(200);
            answer.set("{\"status\":\"success\",\"data\":[]}");
            eventually(() -> !instances.addresses().contains(member));
        } finally {
            server.stop(0);
        }
    }

    private static void eventually(BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
        }
    }
}
