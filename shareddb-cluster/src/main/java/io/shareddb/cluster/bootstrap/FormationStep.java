package io.shareddb.cluster.bootstrap;

import io.shareddb.cluster.member.Membership;

/** How far the formation is after one look around. */
public sealed interface FormationStep {
    /**
     * Not yet.
     *
     * @param reason for people: who or what is missing
     */
    record Waiting(String reason) implements FormationStep {}

    /**
     * This node is a member.
     *
     * @param membership the same on all members
     */
    record Formed(Membership membership) implements FormationStep {}

    /**
     * It cannot become one.
     *
     * @param reason what was found and what to do
     */
    record Refused(String reason) implements FormationStep {}
}
