package io.shareddb.server.examples;

import io.shareddb.server.SharedDbNode;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;

/** A whole node inside a Java program: a cluster of one, with an engine of its own. */
public final class EmbeddedNode {
    private EmbeddedNode() {}

    /** Starts a node in {@code directory}, writes a row through its MySQL port, reads it back and stops the node. */
    public static String greet(Path directory, int firstPort) throws Exception {
        try (SharedDbNode node = SharedDbNode.builder()
                .dataDirectory(directory)
                .password("secret")
                .ports(firstPort, firstPort + 1, firstPort + 2, firstPort + 3)
                .start()) {
            node.awaitReady(Duration.ofMinutes(2));
            return query("jdbc:mysql://127.0.0.1:" + node.mysqlPort() + "/");
        }
    }

    private static String query(String url) throws Exception {
        try (Connection connection = DriverManager.getConnection(url, "root", "secret");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE shop");
            statement.execute("CREATE TABLE shop.greeting (text VARCHAR(100))");
            statement.execute("INSERT INTO shop.greeting VALUES ('hello from a node')");
            try (ResultSet rows = statement.executeQuery("SELECT text FROM shop.greeting")) {
                rows.next();
                return rows.getString(1);
            }
        }
    }
}
