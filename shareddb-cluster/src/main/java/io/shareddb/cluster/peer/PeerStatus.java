package io.shareddb.cluster.peer;

import io.shareddb.cluster.member.Member;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is known of another member.
 *
 * @param member who and where
 * @param reachable it answered the last time it was asked
 * @param lastKnown its last answer; null when it never answered
 * @param age since that answer; since the first question when it never answered
 * @param problem why it is not reachable; empty when it is
 */
public record PeerStatus(
        Member member, boolean reachable, @Nullable NodeStatus lastKnown, Duration age, String problem) {}
