package io.shareddb.server.launcher;

import io.shareddb.cluster.member.Member;
import io.shareddb.cluster.peer.NodeStatus;
import io.shareddb.cluster.recovery.Recovery;
import io.shareddb.cluster.recovery.Survivor;
import io.shareddb.replication.log.Members;
import io.shareddb.replication.log.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What {@code recover} tells people. One thread. */
final class RecoveryReport {
    private static final String END = System.lineSeparator();

    private final List<Survivor> survivors;
    private final RemainingNodes remaining;

    RecoveryReport(List<Survivor> survivors, RemainingNodes remaining) {
        this.survivors = survivors;
        this.remaining = remaining;
    }

    /** Who is there and who is not. */
    String found() {
        TextTable table = new TextTable("NODE", "ID", "VOTES", "LAST ENTRY", "SEQ", "COMMITTED", "APPLIED", "FOUND");
        Map<NodeId, Member> known = new TreeMap<>();
        for (Survivor survivor : survivors) {
            survivor.known().forEach(member -> known.put(member.id(), member));
            Members members = survivor.members();
            table.add(
                    name(survivor.id(), known),
                    survivor.id().value(),
                    members.votes(survivor.id()) ? "yes" : "no",
                    survivor.last().index() + " of term " + survivor.last().term(),
                    String.valueOf(survivor.seq()),
                    ">= " + survivor.committedSeq(),
                    "when it starts",
                    "stopped, in " + survivor.place());
        }
        Members members = survivors.get(0).members();
        remaining.answers().forEach((id, answer) -> {
            NodeStatus status = answer.status();
            table.add(
                    name(id, known),
                    id.value(),
                    members.votes(id) ? "yes" : "no",
                    "-",
                    "-",
                    status == null ? "-" : String.valueOf(status.committedSeq()),
                    status == null ? "-" : String.valueOf(status.appliedSeq()),
                    status == null
                            ? (answer.unclear() ? "may live: " : "does not answer: ") + answer.problem()
                            : "answers: " + status.state() + " " + status.reason());
        });
        String cluster = survivors.get(0).membership().clusterName() + " ("
                + survivors.get(0).membership().clusterId() + ")";
        String asked = remaining.notAsked().isEmpty()
                ? ""
                : END + "The other nodes were not asked whether they live: " + remaining.notAsked();
        return "Cluster " + cluster + END + END + table.render() + asked;
    }

    private static String name(NodeId id, Map<NodeId, Member> known) {
        Member member = known.get(id);
        return member == null ? "?" : member.name();
    }

    /** What would be done, and what may be lost. */
    String proposed(Recovery recovery) {
        Survivor chosen = recovery.chosen();
        int voters = chosen.members().voters().size();
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add("Chosen: " + chosen.id() + ", "
                + (survivors.size() == 1 ? "the survivor that was named" : "whose log is the most advanced")
                + ". It goes on with everything in its log, up to transaction " + chosen.seq() + ".");
        long doubtful = chosen.seq() - chosen.committedSeq();
        if (doubtful > 0) {
            lines.add("Kept:   of these, the last " + doubtful + " at most (" + (chosen.committedSeq() + 1) + " to "
                    + chosen.seq() + ") are not known to be committed. Whoever wrote them was told so, or was told");
            lines.add("        that the outcome is unknown, or nothing. They count as committed from now on.");
        } else if (doubtful < 0) {
            lines.add("LOST:   transactions " + (chosen.seq() + 1) + " to " + chosen.committedSeq()
                    + " were committed, and are not in its log any more (did its machine lose power?).");
        } else {
            lines.add("Kept:   all of these are known to be committed.");
        }
        lines.add("Lost:   what the lost nodes committed without it, if anything: " + (voters / 2 + 1) + " of the "
                + voters + " voters were enough to acknowledge a transaction, and only");
        lines.add(
                "        they know. Nobody can tell how many there are; compare with what your applications remember.");
        lines.add("Voters: " + recovery.plan().voters() + " from now on, in a cluster of a new id.");
        lines.add("Gone:   " + recovery.lost()
                + " for good. Started again with their old data they are refused; with empty");
        lines.add(
                "        data directories they join as new nodes. Do not start a majority of them out of reach of the new");
        lines.add("        cluster: they would go on as the old one.");
        remaining.answers().forEach((id, answer) -> {
            if (answer.status() != null) {
                lines.add("        " + id + " runs: afterwards stop it, empty its data directory, and start it.");
            }
        });
        return String.join(END, lines);
    }

    /** What was done, and what to do next. */
    String done(Recovery recovery) {
        return END + "Done: " + recovery.plan().voters() + " form cluster "
                + recovery.plan().successor() + " in place of "
                + recovery.plan().former() + "." + END
                + "Next: start " + (survivors.size() == 1 ? "it" : "them")
                + " as before, look at ./shareddb status, then start the"
                + " other nodes with empty data directories, one after the other.";
    }
}
