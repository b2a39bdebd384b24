package io.shareddb.cluster.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shareddb.cluster.member.ClusterSecret.Purpose;
import org.junit.jupiter.api.Test;

class ClusterSecretTest {
    @Test
    void eachPurposeHasItsOwnKeyThatAllNodesShare() {
        ClusterSecret one = new ClusterSecret("geheim");
        ClusterSecret two = new ClusterSecret("geheim");
        assertThat(one.key(Purpose.PEER_LOGIN)).hasSize(32).isEqualTo(two.key(Purpose.PEER_LOGIN));
        assertThat(one.key(Purpose.PEER_LOGIN)).isNotEqualTo(one.key(Purpose.NODE_AUTHORITY));
        assertThat(one.key(Purpose.PEER_LOGIN)).isNotEqualTo(new ClusterSecret("geheiM").key(Purpose.PEER_LOGIN));
    }

    @Test
    void neverShowsItself() {
        assertThat(new ClusterSecret("geheim").toString()).doesNotContain("geheim");
    }

    @Test
    void mustNotBeEmpty() {
        assertThatThrownBy(() -> new ClusterSecret("")).isInstanceOf(IllegalArgumentException.class);
    }
}
