package io.shareddb.server.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Statements for one session, in order.
 *
 * @param textOnly they are never prepared, since they do that themselves or make no sense so
 */
record Corpus(String name, boolean textOnly, List<WireSession.Sent> statements) {
    private static final String FOLDER = "/differential/";
    private static final List<String> FILES = List.of(
            "types",
            "queries",
            "errors",
            "transactions",
            "settings",
            "routines",
            "temporary",
            "metadata",
            "json",
            "text",
            "sakila");

    Corpus {
        statements = List.copyOf(statements);
    }

    /** All parts; those that are made up are different in each mode. */
    static List<Corpus> parts(long seed, boolean prepared) throws IOException {
        List<Corpus> parts = new ArrayList<>();
        for (String file : FILES) {
            parts.add(file(file));
        }
        if (!prepared) {
            parts.add(file("several"));
        }
        parts.add(new StatementGenerator(seed + (prepared ? 1 : 0), prepared).corpus());
        return parts;
    }

    /**
     * A file of statements: each ends in a semicolon at the end of its line, or in what {@code DELIMITER} says; lines that begin with two
     * dashes are comments.
     */
    private static Corpus file(String name) throws IOException {
        String text;
        try (InputStream in = Corpus.class.getResourceAsStream(FOLDER + name + ".sql")) {
            if (in == null) {
                throw new IllegalStateException("no " + FOLDER + name + ".sql");
            }
            text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        List<WireSession.Sent> statements = new ArrayList<>();
        StringBuilder statement = new StringBuilder();
        String delimiter = ";";
        for (String line : text.split("\n", -1)) {
            if (line.startsWith("DELIMITER ")) {
                delimiter = line.substring("DELIMITER ".length()).strip();
            } else if (!(statement.isEmpty() && (line.isBlank() || line.startsWith("--")))) {
                statement.append(statement.isEmpty() ? "" : "\n").append(line);
                if (line.endsWith(delimiter)) {
                    statement.setLength(statement.length() - delimiter.length());
                    statements.add(new WireSession.Sent(statement.toString(), null));
                    statement.setLength(0);
                }
            }
        }
        return new Corpus(name, name.equals("several"), statements);
    }
}
