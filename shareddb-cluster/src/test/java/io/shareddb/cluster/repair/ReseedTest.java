package io.shareddb.cluster.repair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shareddb.cluster.member.Member;
import io.shareddb.cluster.peer.NodeStatus;
import io.shareddb.cluster.peer.PeerStatus;
import io.shareddb.cluster.role.NodeState;
import io.shareddb.replication.engine.Engine;
import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.engine.mariadb.MariaDbFamily;
import io.shareddb.replication.log.NodeId;
import io.shareddb.replication.snapshot.FileCopies;
import io.shareddb.replication.snapshot.SnapshotFormatException;
import io.shareddb.replication.snapshot.SnapshotLoader;
import io.shareddb.replication.snapshot.SnapshotProgress;
import io.shareddb.replication.snapshot.SnapshotSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class ReseedTest {
    private static PeerStatus peer(String id, NodeState state, double lag, boolean reachable) {
        Member member = new Member(new NodeId(id), id, "127.0.0.1", 3307, 7071, 8008, 7072);
        NodeStatus status = new NodeStatus(state, "", 1, null, false, true, 9, 9, lag, 1, null, null, null);
        return new PeerStatus(member, reachable, status, Duration.ZERO, "");
    }

    @Test
    void followersWithTheLeastLagGiveCopiesBeforeTheLeader() {
        List<PeerStatus> peers = List.of(
                peer("leader", NodeState.LEADING, 0, true),
                peer("late", NodeState.FOLLOWING, 9, true),
                peer("close", NodeState.FOLLOWING, 0.1, true),
                peer("gone", NodeState.FOLLOWING, 0, false),
                peer("rebuilt", NodeState.RESEEDING, 0, true));
        assertThat(DonorChoice.candidates(peers, 9).stream().map(Member::name))
                .containsExactly("close", "late", "leader");
        assertThat(DonorChoice.followers(peers, 9).stream().map(Member::name)).containsExactly("close", "late");
    }

    @Test
    void aCopyThatEndsBeforeTheOwnLogBeginsIsNotAskedFor() {
        PeerStatus behind = peer("behind", NodeState.FOLLOWING, 2, true); // at 9
        assertThat(DonorChoice.candidates(List.of(behind), 9)).hasSize(1);
        assertThat(DonorChoice.candidates(List.of(behind), 10)).isEmpty();
    }

    @Test
    void anotherDonorIsAskedWhenACopyBreaksOff() throws Exception {
        List<PeerStatus> peers = List.of(
                peer("refuses", NodeState.FOLLOWING, 0, true),
                peer("dies", NodeState.FOLLOWING, 1, true),
                peer("leader", NodeState.LEADING, 0, true));
        Reseed reseed = new Reseed(() -> peers, () -> 0, (donor, form) -> {
            if (donor.name().equals("refuses")) {
                throw new IOException("has none to give");
            }
            return new ByteArrayInputStream(donor.name().getBytes(StandardCharsets.UTF_8));
        });
        List<String> loaded = new ArrayList<>();
        SnapshotLoader loader = (in, progress) -> {
            String from = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            progress.accept(new SnapshotProgress("shop.t", 40, 4, 400));
            loaded.add(from + " " + reseed.percent().orElseThrow());
            if (from.equals("dies")) {
                throw new SnapshotFormatException("snapshot is cut off");
            }
            return new MariaDbFamily().position("0-1-9");
        };
        AtomicInteger wiped = new AtomicInteger();
        EnginePosition position = reseed.load(
                rows(() -> {
                    wiped.incrementAndGet();
                    return new LoadingEngine(loader);
                }),
                line -> {});
        assertThat(position.text()).isEqualTo("0-1-9");
        assertThat(loaded).containsExactly("dies 40.0", "leader 40.0");
        assertThat(wiped).hasValue(2);
        assertThat(reseed.percent()).isEmpty();
    }

    /** An engine whose files cannot be replaced. */
    private static Reseed.Target rows(Supplier<Engine> ready) {
        return new Reseed.Target() {
            @Override
            public Engine ready() {
                return ready.get();
            }

            @Override
            public Optional<FileCopies> files() {
                return Optional.empty();
            }

            @Override
            public void replaceFiles() {
                throw new AssertionError("there are no files");
            }
        };
    }

    /** Takes what one donor gives, and notes what is done. */
    private static final class Files implements FileCopies, Reseed.Target {
        private final List<String> done = new ArrayList<>();
        private final String fits;

        Files(String fits) {
            this.fits = fits;
        }

        @Override
        public SnapshotSource source() {
            throw new AssertionError("nobody asked for one");
        }

        @Override
        public EnginePosition receive(InputStream in, Consumer<SnapshotProgress> progress) throws IOException {
            String from = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            done.add("received from " + from);
            if (!from.equals(fits)) {
                throw new EngineException("files are of another version");
            }
            return new MariaDbFamily().position("0-1-9");
        }

        @Override
        public void install() {
            done.add("installed");
        }

        @Override
        public Engine ready() {
            return new LoadingEngine((in, progress) -> {
                done.add("rows from " + new String(in.readAllBytes(), StandardCharsets.UTF_8));
                return new MariaDbFamily().position("0-1-9");
            });
        }

        @Override
        public Optional<FileCopies> files() {
            return Optional.of(this);
        }

        @Override
        public void replaceFiles() {
            install();
        }
    }

    private static Reseed fromNamed(List<PeerStatus> peers) {
        return new Reseed(
                () -> peers,
                () -> 0,
                (donor, form) -> new ByteArrayInputStream(donor.name().getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void filesAreTakenBeforeRows() throws Exception {
        List<PeerStatus> peers =
                List.of(peer("first", NodeState.FOLLOWING, 0, true), peer("second", NodeState.FOLLOWING, 1, true));
        Files target = new Files("second");
        assertThat(fromNamed(peers).load(target, line -> {}).text()).isEqualTo("0-1-9");
        assertThat(target.done).containsExactly("received from first", "received from second", "installed");
    }

    @Test
    void rowsAreTakenWhenNobodyGivesFilesThatFit() throws Exception {
        List<PeerStatus> peers = List.of(peer("first", NodeState.FOLLOWING, 0, true));
        Files target = new Files("nobody");
        assertThat(fromNamed(peers).load(target, line -> {}).text()).isEqualTo("0-1-9");
        assertThat(target.done).containsExactly("received from first", "rows from first");
    }

    @Test
    void anEngineThatCannotBeLoadedIsNotLoadedFromEveryDonor() {
        Reseed reseed = new Reseed(
                () -> List.of(
                        peer("first", NodeState.FOLLOWING, 0, true), peer("second", NodeState.FOLLOWING, 1, true)),
                () -> 0,
                (donor, form) -> new ByteArrayInputStream(new byte[0]));
        AtomicInteger loads = new AtomicInteger();
        SnapshotLoader loader = (in, progress) -> {
            loads.incrementAndGet();
            throw new EngineException("the disk is full");
        };
        assertThatThrownBy(() -> reseed.load(rows(() -> new LoadingEngine(loader)), line -> {}))
                .isInstanceOf(ReseedException.class)
                .hasMessageContaining("first")
                .hasMessageContaining("the disk is full");
        assertThat(loads).hasValue(1);
    }
}
