package io.shareddb.cluster.simulation;

import java.util.ArrayList;
import java.util.List;

/**
 * What a model of an engine holds, at one instant.
 *
 * @param position its last transaction's GTID; empty if it holds none
 * @param content in the order in which they were committed
 */
record ModelCopy(String position, List<ModelTransaction> content) {
    /** {@code position \n}, then for each transaction its GTID and its keys, with spaces between, {@code \n}. */
    String text() {
        StringBuilder text = new StringBuilder(position).append('\n');
        content.forEach(transaction -> text.append(transaction.gtid())
                .append(' ')
                .append(String.join(" ", transaction.keys()))
                .append('\n'));
        return text.toString();
    }

    /** Reads what {@link #text} wrote. */
    static ModelCopy parse(String text) {
        List<String> lines = List.of(text.split("\n", -1));
        List<ModelTransaction> content = new ArrayList<>();
        for (String line : lines.subList(1, lines.size() - 1)) {
            List<String> words = List.of(line.split(" ", -1));
            content.add(new ModelTransaction(words.get(0), words.subList(1, words.size())));
        }
        return new ModelCopy(lines.get(0), content);
    }
}
