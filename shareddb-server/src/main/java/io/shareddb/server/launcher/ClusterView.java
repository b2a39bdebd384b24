package io.shareddb.server.launcher;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What {@code GET /v1/cluster} says. Fields that a node does not send are empty or 0.
 *
 * @param name of the cluster
 * @param epoch the open one
 * @param leader id of the leader, empty for none
 * @param nodes its nodes
 */
record ClusterView(String name, long epoch, Optional<String> leader, List<Node> nodes) {
    /**
     * One node.
     *
     * @param id its node id
     * @param name for people; its id when it has none
     * @param role leader, follower or unknown
     * @param state what it is doing, and how far a copy is
     * @param votes yes, no, or empty if that is not known
     * @param reason why it is doing that, or what it waits for; empty when there is nothing to say
     * @param mysql host:port of its MySQL endpoint
     * @param ui host:port or URL of its management API
     * @param committedSeq the last transaction that it knows to be committed
     * @param appliedSeq the last one that its engine has applied
     * @param lagSeconds how old its data is
     * @param operatorPid its operator's process
     * @param engine product and version
     * @param enginePid its engine's process
     */
    record Node(
            String id,
            String name,
            String role,
            String state,
            String votes,
            String reason,
            String mysql,
            String ui,
            long committedSeq,
            long appliedSeq,
            double lagSeconds,
            long operatorPid,
            String engine,
            long enginePid) {}

    /** @throws IllegalArgumentException if it is no JSON */
    static ClusterView parse(String json) {
        JsonNode root;
        try {
            root = JsonMapper.builder().build().readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("/v1/cluster: " + json + " (expected: JSON)", e);
        }
        List<Node> nodes = new ArrayList<>();
        root.path("nodes").forEach(node -> nodes.add(node(node)));
        String leader = root.path("leader").asText("");
        return new ClusterView(
                root.path("name").asText(root.path("cluster").asText("")),
                root.path("epoch").asLong(),
                leader.isEmpty() || leader.equals("null") ? Optional.empty() : Optional.of(leader),
                nodes);
    }

    private static Node node(JsonNode node) {
        JsonNode engine = node.path("engine");
        return new Node(
                node.path("id").asText(),
                node.path("name").asText(node.path("id").asText()),
                node.path("role").asText(),
                state(node),
                node.path("votes").isBoolean() ? node.path("votes").asBoolean() ? "yes" : "no" : "",
                node.path("reason").asText(),
                node.path("mysql").asText(),
                node.path("ui").asText(),
                node.path("committedSeq").asLong(),
                node.path("appliedSeq").asLong(),
                node.path("lagSeconds").asDouble(),
                node.path("operatorPid").asLong(),
                (engine.path("product").asText() + " " + engine.path("version").asText()).strip(),
                engine.path("pid").asLong());
    }

    private static String state(JsonNode node) {
        String state = node.path("state").asText();
        JsonNode percent = node.path("copyPercent");
        return percent.isNumber() ? state + " " + percent.asLong() + "%" : state;
    }

    /** The nodes as people read them, and below what some of them have to say. */
    String table() {
        TextTable table = new TextTable(
                "NODE",
                "ROLE",
                "STATE",
                "VOTES",
                "MYSQL",
                "UI",
                "SEQ",
                "BEHIND",
                "LAG",
                "OPERATOR",
                "ENGINE",
                "PRODUCT");
        for (Node node : nodes) {
            table.add(
                    node.name(),
                    node.role(),
                    node.state(),
                    node.votes(),
                    node.mysql(),
                    node.ui(),
                    String.valueOf(node.appliedSeq()),
                    String.valueOf(Math.max(0, node.committedSeq() - node.appliedSeq())),
                    String.format(java.util.Locale.ROOT, "%.1fs", node.lagSeconds()),
                    String.valueOf(node.operatorPid()),
                    String.valueOf(node.enginePid()),
                    node.engine());
        }
        StringBuilder text = new StringBuilder(table.render());
        for (Node node : nodes) {
            if (!node.reason().isBlank()) {
                text.append(System.lineSeparator())
                        .append(node.name())
                        .append(": ")
                        .append(node.reason().strip());
            }
        }
        return text.toString();
    }
}
