package io.shareddb.replication.relay;

import static io.shareddb.replication.relay.ReplicationFixture.checksums;
import static io.shareddb.replication.relay.ReplicationFixture.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.shareddb.replication.engine.TestEngine;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplicationIT {
    @TempDir
    Path directory;

    @Test
    void rowsOfTheLeaderReachTheFollower() throws Exception {
        try (ReplicationFixture fixture = new ReplicationFixture(directory)) {
            TestEngine leader = fixture.engine(directory.resolve("a"));
            TestEngine follower = fixture.engine(directory.resolve("b"));
            fixture.lead(leader, 1);
            fixture.follow(follower, fixture.relay());
            run(leader, "CREATE DATABASE shop", "CREATE TABLE shop.t(id INT PRIMARY KEY, v TEXT)");
            run(leader, "INSERT INTO shop.t VALUES (1,'one'),(2,'two')");
            fixture.awaitApplied(follower);
            assertThat(checksums(follower)).isEqualTo(checksums(leader)).isNotEmpty();
        }
    }
}
