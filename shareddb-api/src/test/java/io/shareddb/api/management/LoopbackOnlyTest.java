package io.shareddb.api.management;

import static org.assertj.core.api.Assertions.assertThat;

import io.shareddb.api.http.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoopbackOnlyTest {
    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, /v1/cluster, 200",
        "127.0.0.2, /v1/cluster, 200",
        "::1, /v1/cluster, 200",
        "192.0.2.1, /v1/cluster, 403",
        "192.0.2.1, /, 403",
        "192.0.2.1, /readyz/more, 403",
        "192.0.2.1, /readyz/, 403",
        "2001:db8::1, /v1/cluster, 403",
        "192.0.2.1, /readyz, 200",
        "192.0.2.1, /readyz?verbose, 200",
        "127.0.0.1, /readyz, 200",
    })
    void whatIsNotOpenAnswersThisMachineAlone(String client, String path, int status) throws Exception {
        InetSocketAddress source = new InetSocketAddress(client, 4711);
        LoopbackOnly guard = new LoopbackOnly(exchange -> exchange.endExchange(), Set.of("/readyz"));
        InetSocketAddress bind = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (HttpServer server =
                HttpServer.start(bind, exchange -> guard.handleRequest(exchange.setSourceAddress(source)))) {
            URI uri = URI.create("http://127.0.0.1:" + server.address().getPort() + path);
            HttpResponse<String> answer = HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());

            assertThat(answer.statusCode()).isEqualTo(status);
            if (status == 403) {
                assertThat(answer.body()).contains("urn:shareddb:forbidden", "own machine only");
            }
        }
    }
}
