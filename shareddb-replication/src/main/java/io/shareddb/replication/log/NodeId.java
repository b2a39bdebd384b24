package io.shareddb.replication.log;

import java.util.regex.Pattern;

/**
 * Names one node of a cluster for good: a node that lost its disk comes back under a new id.
 *
 * @param value 1 to 40 characters of {@code a-z}, {@code 0-9} and {@code -}
 */
public record NodeId(String value) implements Comparable<NodeId> {
    private static final Pattern VALID = Pattern.compile("[a-z0-9][a-z0-9-]{0,39}");

    public NodeId {
        if (!VALID.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "nodeId: '" + value + "' (expected: 1 to 40 characters of a-z, 0-9 and '-')");
        }
    }

    @Override
    public int compareTo(NodeId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
