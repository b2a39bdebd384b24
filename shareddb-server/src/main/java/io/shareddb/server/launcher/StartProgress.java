package io.shareddb.server.launcher;

import io.shareddb.server.launcher.ClusterPlan.NodePlan;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Waits until every node of a cluster is ready, and says what each one is doing. One thread. */
final class StartProgress {
    private static final Duration POLL = Duration.ofMillis(250);
    /** Runs of one operator after which a start has failed. */
    private static final int ATTEMPTS = 3;

    private final List<NodePlan> nodes;
    private final StatusClient status;
    private final Console console;
    private final Map<String, String> shown = new HashMap<>();

    StartProgress(List<NodePlan> nodes, StatusClient status, Console console) {
        this.nodes = nodes;
        this.status = status;
        this.console = console;
    }

    /**
     * Waits.
     *
     * @return the cluster once all are ready and one leads
     * @throws LaunchException if that has not come to pass within {@code timeout}, or an operator ends again and again
     */
    ClusterView await(Supervisor supervisor, Duration timeout) throws InterruptedException {
        Instant started = Instant.now();
        while (Duration.between(started, Instant.now()).compareTo(timeout) < 0) {
            Optional<ClusterView> view = poll();
            if (view.isPresent()) {
                return view.get();
            }
            if (supervisor.gaveUpHope(ATTEMPTS)) {
                throw failed("an operator ended " + ATTEMPTS + " times");
            }
            TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
        }
        throw failed("not every node was ready within " + timeout.toSeconds() + " s");
    }

    private Optional<ClusterView> poll() throws InterruptedException {
        boolean allReady = true;
        boolean leader = false;
        Optional<ClusterView> view = Optional.empty();
        for (NodePlan node : nodes) {
            Optional<ClusterView> seen = status.cluster(node.url());
            boolean ready = seen.isPresent() && status.probe(node.url(), "/readyz");
            allReady &= ready;
            leader |= ready && status.probe(node.url(), "/primary");
            show(node, seen, ready);
            view = seen.isPresent() ? seen : view;
        }
        boolean complete = allReady && leader && view.filter(this::whole).isPresent();
        return complete ? view : Optional.empty();
    }

    /** The node that was asked last has heard by now that the others are ready, too. */
    private boolean whole(ClusterView view) {
        List<String> states = view.nodes().stream().map(ClusterView.Node::state).toList();
        return states.size() >= nodes.size()
                && view.leader().isPresent()
                && states.contains("LEADING")
                && states.stream().allMatch(state -> state.equals("LEADING") || state.equals("FOLLOWING"));
    }

    private void show(NodePlan node, Optional<ClusterView> seen, boolean ready) {
        String text = seen.isEmpty() ? "starting" : ready ? "ready" : ownState(node, seen.get());
        if (!text.equals(shown.put(node.name(), text))) {
            console.event(node.name() + ": " + text);
        }
    }

    /** What the node at {@code node}'s UI port says of itself. */
    private static String ownState(NodePlan node, ClusterView view) {
        return view.nodes().stream()
                .filter(other ->
                        other.ui().endsWith(":" + node.uiPort()) || other.name().equals(node.name()))
                .findFirst()
                .map(ClusterView.Node::state)
                .orElse("forming the cluster");
    }

    private LaunchException failed(String what) {
        StringBuilder message = new StringBuilder(what).append("; messages of the nodes:");
        for (NodePlan node : nodes) {
            message.append(System.lineSeparator())
                    .append("  ")
                    .append(node.name())
                    .append(" (")
                    .append(shown.getOrDefault(node.name(), "starting"))
                    .append("): ")
                    .append(node.layout().operatorLog());
        }
        return new LaunchException(ExitCodes.NOT_READY, message.toString());
    }
}
