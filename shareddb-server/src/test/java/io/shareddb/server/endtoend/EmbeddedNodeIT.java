package io.shareddb.server.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.shareddb.server.examples.EmbeddedNode;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node in this JVM serves, and leaves neither a process nor a thread of its own behind. */
class EmbeddedNodeIT {
    @TempDir
    Path directory;

    @Test
    void nodeInsideAProgramServesAndLeavesNothingBehind() throws Exception {
        long before = ProcessHandle.current().children().count();

        assertThat(EmbeddedNode.greet(directory, FreePorts.block(4))).isEqualTo("hello from a node");

        Poll.until(() -> "no thread of the node is left: " + nodeThreads(), Duration.ofSeconds(20), () -> nodeThreads()
                .isEmpty());
        assertThat(ProcessHandle.current().children().count()).isEqualTo(before);
    }

    private static String nodeThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.contains("shareddb") || name.contains("-role") || name.contains("-join"))
                .sorted()
                .toList()
                .toString()
                .replace("[]", "");
    }
}
