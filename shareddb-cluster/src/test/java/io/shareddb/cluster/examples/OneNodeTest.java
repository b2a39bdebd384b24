package io.shareddb.cluster.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.shareddb.cluster.bootstrap.OwnEngine;
import io.shareddb.cluster.member.Member;
import io.shareddb.cluster.member.Membership;
import io.shareddb.cluster.member.PeerAddress;
import io.shareddb.cluster.peer.DrainRequest;
import io.shareddb.cluster.peer.JoinRequest;
import io.shareddb.cluster.peer.JoinResult;
import io.shareddb.cluster.peer.OperationClient;
import io.shareddb.cluster.peer.PeerClient;
import io.shareddb.cluster.peer.PeerReport;
import io.shareddb.cluster.peer.RemoveRequest;
import io.shareddb.cluster.peer.TransferRequest;
import io.shareddb.cluster.peer.TransferResult;
import io.shareddb.replication.engine.EngineKind;
import io.shareddb.replication.engine.FoundEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class OneNodeTest {
    @TempDir
    Path directory;

    private Membership form() throws InterruptedException {
        Nobody nobody = new Nobody();
        return OneNode.form(directory, nobody, nobody, new EmptyEngine(), waits -> {});
    }

    @Test
    @Timeout(30)
    void clusterThatWasFormedIsReadBack() throws InterruptedException {
        Membership formed = form();

        assertThat(formed.clusterName()).isEqualTo("shop");
        assertThat(formed.members()).extracting(Member::name).containsExactly("node1");
        assertThat(form()).isEqualTo(formed);
    }

    @Test
    void readmeQuotesTheExample() throws IOException {
        String source = Files.readString(Path.of("src/test/java/io/shareddb/cluster/examples/OneNode.java"));
        Matcher quotes =
                Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(Path.of("README.md")));
        int count = 0;
        for (; quotes.find(); count++) {
            assertThat(squeezed(source)).contains(squeezed(quotes.group(1)));
        }
        assertThat(count).isPositive();
    }

    private static String squeezed(String text) {
        return text.replaceAll("\\s+", " ").trim();
    }

    /** Of a fresh node. */
    private static final class EmptyEngine implements OwnEngine {
        @Override
        public Optional<FoundEngine> found() {
            return Optional.of(FoundEngine.empty(EngineKind.of("MariaDB", "11.4.5")));
        }

        @Override
        public void compare() {
            throw new AssertionError("there is no other engine");
        }
    }

    /** A cluster of one has nobody to ask. */
    private static final class Nobody implements PeerClient, OperationClient {
        private static AssertionError asked() {
            return new AssertionError("there is no other node");
        }

        @Override
        public CompletionStage<PeerReport> report(PeerAddress address) {
            throw asked();
        }

        @Override
        public CompletionStage<Membership> propose(PeerAddress address, Membership plan) {
            throw asked();
        }

        @Override
        public CompletionStage<Member> announce(PeerAddress address, Member own) {
            throw asked();
        }

        @Override
        public CompletionStage<TransferResult> transfer(PeerAddress leader, TransferRequest request) {
            throw asked();
        }

        @Override
        public CompletionStage<DrainRequest> drain(PeerAddress address, DrainRequest request) {
            throw asked();
        }

        @Override
        public CompletionStage<RemoveRequest> remove(PeerAddress leader, RemoveRequest request) {
            throw asked();
        }

        @Override
        public CompletionStage<JoinResult> join(PeerAddress address, JoinRequest request) {
            throw asked();
        }
    }
}
