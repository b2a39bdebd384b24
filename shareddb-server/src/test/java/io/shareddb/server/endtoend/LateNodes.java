package io.shareddb.server.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** What is expected of nodes that are started one by one. Stateless. */
final class LateNodes {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private LateNodes() {}

    /** Waits for what {@code node} says of itself. */
    static void await(String what, LateNode node, Predicate<JsonNode> condition) {
        Poll.until(() -> node.name() + " " + what + "; " + own(node), LIMIT, () -> condition.test(node.own()));
    }

    static JsonNode own(LateNode node) {
        try {
            return node.own();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    static boolean follows(JsonNode own) {
        return own.path("state").asText().equals("FOLLOWING")
                && own.path("votes").asBoolean();
    }

    static boolean leads(JsonNode own) {
        return own.path("state").asText().equals("LEADING");
    }

    /** All have applied what any knows to be committed, and hold the same, {@code table} among it. */
    static void enginesAreEqual(List<LateNode> nodes, String table) throws Exception {
        long seq = nodes.stream()
                .mapToLong(node -> own(node).path("committedSeq").asLong())
                .max()
                .orElseThrow();
        Map<String, String> first = null;
        for (LateNode node : nodes) {
            await("has applied " + seq, node, own -> own.path("appliedSeq").asLong() >= seq);
            try (Connection connection = node.connectEngine()) {
                Map<String, String> content = Engines.content(connection);
                first = first == null ? content : first;
                assertThat(content).as("engine of " + node.name()).isEqualTo(first);
                assertThat(content).containsKey("table " + table);
            }
        }
    }
}
