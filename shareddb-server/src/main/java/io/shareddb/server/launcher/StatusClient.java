package io.shareddb.server.launcher;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** Asks a node's management API. Thread-safe. */
final class StatusClient {
    private static final Duration TIMEOUT = Duration.ofSeconds(3);

    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(TIMEOUT)
            .version(HttpClient.Version.HTTP_1_1)
            .build();

    /** The cluster as the node at {@code url} sees it, as JSON; empty if it does not answer. */
    Optional<String> clusterJson(String url) throws InterruptedException {
        return get(url + "/v1/cluster").filter(r -> r.statusCode() == 200).map(HttpResponse::body);
    }

    /**
     * The same, of a node that has to answer.
     *
     * @throws LaunchException saying what is wrong with {@code url}
     */
    String clusterJsonOf(String url) throws InterruptedException {
        HttpResponse<String> answer = get(url + "/v1/cluster").orElseThrow(() -> ManagementApi.unreachable(url));
        if (answer.statusCode() != 200) {
            throw new LaunchException(ExitCodes.FAILED, "--url: " + url + ": " + ManagementApi.detail(answer));
        }
        return answer.body();
    }

    Optional<ClusterView> cluster(String url) throws InterruptedException {
        return clusterJson(url).map(ClusterView::parse);
    }

    /** Whether {@code path}, a probe, answers 200. */
    boolean probe(String url, String path) throws InterruptedException {
        return get(url + path).filter(r -> r.statusCode() == 200).isPresent();
    }

    private Optional<HttpResponse<String>> get(String url) throws InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(url)).timeout(TIMEOUT).build();
        try {
            return Optional.of(http.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            return Optional.empty(); // the callers' question is only whether it answers
        }
    }
}
