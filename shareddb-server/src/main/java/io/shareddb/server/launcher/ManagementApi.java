package io.shareddb.server.launcher;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;

/** The options of a command that asks something of a running cluster, and the asking. One thread. */
final class ManagementApi {
    private static final Duration LIMIT = Duration.ofSeconds(40);
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(3);

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8008",
            showDefaultValue = Visibility.ALWAYS,
            description = "Management API of any node.")
    private String url = "";

    private String base() {
        return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }

    /** The cluster as the node sees it, as JSON; a node that does not tell ends the command with the reason. */
    String clusterJson() throws InterruptedException {
        return new StatusClient().clusterJsonOf(base());
    }

    /** The same, read. */
    ClusterView cluster() throws InterruptedException {
        return ClusterView.parse(clusterJson());
    }

    /**
     * Sends {@code body}.
     *
     * @return the answer; anything but 200 ends the command with its reason
     */
    JsonNode post(String path, Object body) throws InterruptedException {
        JsonMapper json = JsonMapper.builder().build();
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(base() + path))
                    .timeout(LIMIT)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(json.writeValueAsBytes(body)))
                    .build();
            HttpResponse<String> answer = HttpClient.newBuilder()
                    .connectTimeout(CONNECT_LIMIT)
                    .version(HttpClient.Version.HTTP_1_1)
                    .build()
                    .send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                int code = answer.statusCode() == 409 ? ExitCodes.REFUSED : ExitCodes.FAILED;
                throw new LaunchException(code, detail(answer));
            }
            return json.readTree(answer.body());
        } catch (JsonProcessingException e) {
            throw new LaunchException(ExitCodes.FAILED, base() + path + " answered something that is no JSON");
        } catch (IOException | IllegalArgumentException e) {
            throw unreachable(base());
        }
    }

    /** The reason that an answer other than 200 gives. */
    static String detail(HttpResponse<String> answer) {
        String status = "HTTP " + answer.statusCode();
        try {
            return JsonMapper.builder()
                    .build()
                    .readTree(answer.body())
                    .path("detail")
                    .asText(status);
        } catch (JsonProcessingException e) { // no node
            return status;
        }
    }

    static LaunchException unreachable(String base) {
        return new LaunchException(
                ExitCodes.UNREACHABLE, "--url: " + base + " does not answer (expected: the UI port of a running node)");
    }
}
