package io.shareddb.server.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ClusterViewTest {
    @Test
    void showsEachNodeInARow() {
        ClusterView view = ClusterView.parse("""
                {"name": "shareddb", "epoch": 7, "leader": "node1-a", "nodes": [
                  {"id": "node1-a", "role": "leader", "state": "LEADING", "votes": true, "mysql": "127.0.0.1:3307", "ui": "127.0.0.1:8008",
                   "committedSeq": 12, "appliedSeq": 12, "lagSeconds": 0, "operatorPid": 41,
                   "engine": {"product": "MariaDB", "version": "11.4.5-MariaDB-log", "pid": 42, "port": 40001}},
                  {"id": "node2-b", "role": "follower", "state": "FOLLOWING", "votes": false, "mysql": "127.0.0.1:3308", "ui": "127.0.0.1:8009",
                   "committedSeq": 12, "appliedSeq": 10, "lagSeconds": 1.5, "operatorPid": 51, "engine": null, "reason": "waits for something"}]}
                """);

        assertThat(view.leader()).contains("node1-a");
        assertThat(view.table().lines().map(line -> line.replaceAll(" {2,}", "|")))
                .containsExactly(
                        "NODE|ROLE|STATE|VOTES|MYSQL|UI|SEQ|BEHIND|LAG|OPERATOR|ENGINE|PRODUCT",
                        "node1-a|leader|LEADING|yes|127.0.0.1:3307|127.0.0.1:8008|12|0|0.0s|41|42|MariaDB 11.4.5-MariaDB-log",
                        "node2-b|follower|FOLLOWING|no|127.0.0.1:3308|127.0.0.1:8009|10|2|1.5s|51|0",
                        "node2-b: waits for something");
    }

    @Test
    void clusterWithoutLeaderHasNone() {
        assertThat(ClusterView.parse("{\"name\": \"a\", \"leader\": null, \"nodes\": []}")
                        .leader())
                .isEmpty();
    }
}
