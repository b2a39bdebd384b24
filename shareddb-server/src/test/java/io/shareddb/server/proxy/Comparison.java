package io.shareddb.server.proxy;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.shareddb.protocol.capability.Capabilities;
import io.shareddb.protocol.capability.Capability;
import io.shareddb.protocol.handshake.ClientLoginConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Executes the same statements on an engine and on nodes, and finds where their answers differ, packet for packet. One thread. */
final class Comparison implements AutoCloseable {
    /** What the engine reports of a change of what it reports; KILL, when it is prepared. */
    private static final Pattern MAY_DIFFER = Pattern.compile("(?i)^\\s*(SET\\b.*session_track_|KILL\\b)");

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final List<Server> servers;
    private final Pattern mayDiffer;
    private final List<String> differences = new ArrayList<>();
    private int statements;

    /** A server, and what to call it. */
    record Server(String name, int port) {}

    /** How a client talks. */
    enum Mode {
        /** Text, with what new drivers ask for. */
        TEXT(false, false),
        /** Text, as old drivers do. */
        OLD_TEXT(false, true),
        /** Prepared statements, binary rows. */
        PREPARED(true, false),
        OLD_PREPARED(true, true);

        private final boolean prepares;
        private final boolean old;

        Mode(boolean prepares, boolean old) {
            this.prepares = prepares;
            this.old = old;
        }

        boolean prepares() {
            return prepares;
        }

        ClientLoginConfig login() {
            Capabilities wanted = ClientLoginConfig.DEFAULT_CAPABILITIES.with(
                    Capability.MULTI_STATEMENTS, Capability.MARIADB_EXTENDED_METADATA);
            return ClientLoginConfig.of(ProxyEngine.CLIENT.user(), ProxyEngine.CLIENT.password())
                    .withRequestPublicKey(true)
                    .withCapabilities(
                            old ? wanted.without(Capability.DEPRECATE_EOF, Capability.SESSION_TRACK) : wanted);
        }
    }

    /**
     * Of these servers.
     *
     * @param others statements whose answers are not compared, on top of those that the proxy changes by design
     * @param servers what the first answers is right
     */
    Comparison(List<String> others, List<Server> servers) {
        this.servers = List.copyOf(servers);
        List<String> all = new ArrayList<>(others);
        all.add(MAY_DIFFER.pattern());
        this.mayDiffer = Pattern.compile(String.join("|", all));
    }

    /** Executes all statements of {@code part} on each server, one server after the other. */
    void run(Mode mode, Corpus part) throws Exception {
        List<List<List<String>>> answers = new ArrayList<>();
        for (Server server : servers) {
            answers.add(answers(server, mode, part));
        }
        statements += part.statements().size();
        compare(mode, part, answers);
    }

    /** That were executed on each. */
    int statements() {
        return statements;
    }

    List<String> differences() {
        return differences;
    }

    /** The answers to all statements of {@code part}, in a database that is made for it. */
    private List<List<String>> answers(Server server, Mode mode, Corpus part) throws Exception {
        List<List<String>> answers = new ArrayList<>();
        try (WireSession session = WireSession.open(loops, server.port(), mode.login())) {
            for (String sql : List.of(
                    "DROP DATABASE IF EXISTS differential", "CREATE DATABASE differential", "USE differential")) {
                session.query(sql);
            }
            for (WireSession.Sent sent : part.statements()) {
                List<String> answer = new ArrayList<>(
                        mode.prepares && !part.textOnly() ? session.prepared(sent) : session.query(sent.sql()));
                if (session.hasWarnings()) {
                    answer.addAll(session.query("SHOW WARNINGS"));
                }
                answers.add(answer);
            }
        }
        return answers;
    }

    private void compare(Mode mode, Corpus part, List<List<List<String>>> answers) {
        for (int i = 0; i < part.statements().size(); i++) {
            List<String> expected = answers.get(0).get(i);
            for (int server = 1; server < servers.size(); server++) {
                List<String> found = answers.get(server).get(i);
                if (!found.equals(expected)
                        && !mayDiffer.matcher(part.statements().get(i).sql()).find()) {
                    differences.add(mode + " " + part.name() + ", "
                            + servers.get(server).name() + ": "
                            + part.statements().get(i) + "\n" + difference(expected, found));
                }
            }
        }
    }

    private static String difference(List<String> expected, List<String> found) {
        int at = 0;
        while (at < expected.size() && at < found.size() && expected.get(at).equals(found.get(at))) {
            at++;
        }
        return "  packet " + at + " of the engine: " + (at < expected.size() ? expected.get(at) : "nothing more") + "\n"
                + "  packet " + at + " of the node:   " + (at < found.size() ? found.get(at) : "nothing more") + "\n";
    }

    @Override
    public void close() {
        loops.shutdownGracefully().syncUninterruptibly();
    }
}
