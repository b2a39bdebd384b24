package io.shareddb.cluster.peer;

import io.shareddb.cluster.member.Member;
import io.shareddb.cluster.member.Membership;
import io.shareddb.replication.engine.FoundEngine;
import io.shareddb.replication.log.Members;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node tells another one that knows the secret.
 *
 * @param clusterName the name that it was configured with
 * @param clusterSize the number of nodes that it was told to wait for at the first start
 * @param member who and where it is
 * @param agreed what it agreed to form; null: it is fresh
 * @param formed it knows that all members agreed
 * @param found what it found when it looked at its engine; null: not known yet, or it has agreed to something
 * @param adopt the name of the node whose database it was told to begin with; null or empty: none
 * @param status how it does
 * @param log who belongs to the log, as far as it knows that to be decided; null before its log runs
 * @param members where it takes the members to be
 */
public record PeerReport(
        String clusterName,
        int clusterSize,
        Member member,
        @Nullable Membership agreed,
        boolean formed,
        @Nullable FoundEngine found,
        @Nullable String adopt,
        NodeStatus status,
        @Nullable Members log,
        List<Member> members) {}
