package io.shareddb.server.launcher;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code shareddb transfer}. */
@Command(
        name = "transfer",
        mixinStandardHelpOptions = true,
        description = {
            "Lets another node lead. Clients wait for a fraction of a second; those whose session holds something that only the",
            "former leader has, such as temporary tables, are told."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:another node leads and takes writes",
            "1:not done in time, and it may still happen: see shareddb status",
            "2:wrong options",
            "4:another node was elected, but takes no writes yet",
            "6:the node does not answer",
            "7:refused"
        })
final class TransferCommand implements Callable<Integer> {
    private static final Duration OPENS = Duration.ofSeconds(30);

    /** The node that is asked may learn late who leads. */
    private static final Duration SETTLES = Duration.ofSeconds(2);

    private static final long LOOK_MILLIS = 50;
    private static final int ATTEMPTS = 3;

    @Mixin
    private ManagementApi api = new ManagementApi();

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "NODE",
            description = "Name or id of the node that should lead; by default whichever is best.")
    private @Nullable String node;

    @Option(
            names = "--force",
            description = "Cut off what clients are at if they are at work without a break for three seconds.")
    private boolean force;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        Map<String, Object> request = new HashMap<>();
        request.put("to", node);
        request.put("force", force);
        String leader = "";
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) { // elections may interfere
            leader = api.post("/v1/cluster/transfer", request).path("leader").asText();
            if (isWanted(leader) && awaitLeading(leader)) {
                return ExitCodes.OK;
            }
        }
        throw new LaunchException(
                ExitCodes.NOT_READY,
                "another node was elected each time, " + ATTEMPTS + " times, last " + leader + "; see shareddb status");
    }

    private boolean isWanted(String leader) throws InterruptedException {
        String wanted = node;
        return !leader.isEmpty()
                && (wanted == null
                        || wanted.equals(leader)
                        || api.cluster().nodes().stream()
                                .anyMatch(known -> known.id().equals(leader)
                                        && known.name().equals(wanted)));
    }

    /** False if yet another node was elected meanwhile. */
    private boolean awaitLeading(String leader) throws InterruptedException {
        long began = System.nanoTime();
        long seen = began;
        for (long now = began; now - began < OPENS.toNanos(); now = System.nanoTime()) {
            ClusterView cluster = api.cluster();
            if (cluster.leader().isEmpty() || cluster.leader().get().equals(leader)) {
                seen = now;
            } else if (now - seen > SETTLES.toNanos()) {
                return false;
            }
            Optional<ClusterView.Node> known = cluster.nodes().stream()
                    .filter(other -> other.id().equals(leader))
                    .findFirst();
            if (known.filter(other -> other.state().equals("LEADING")).isPresent()) {
                new Console(spec).print(known.get().name() + " leads (" + leader + ")");
                return true;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        throw new LaunchException(
                ExitCodes.NOT_READY,
                leader + " was elected, but takes no writes after " + OPENS.toSeconds() + " s; see shareddb status");
    }
}
