package io.shareddb.cluster.simulation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a model engine has written: its tables with the position in them, and its binlog. The end of a process loses nothing of it. */
final class ModelDisk {
    /** A change of the tables: a transaction, or the position set by hand. */
    private record Change(
            @Nullable ModelTransaction transaction,
            @Nullable String position) {}

    private final List<Change> changes = new ArrayList<>();
    private final List<ModelTransaction> binlog = new ArrayList<>();
    private final Map<String, String> rows = new LinkedHashMap<>();
    private final Set<String> definitions = new HashSet<>(); // of its own
    private int durable;
    private String position = "";
    private boolean empty = true;
    private boolean halfLoaded;
    private boolean torn;

    /** Made with the first start. */
    boolean isEmpty() {
        return empty;
    }

    void initialize() {
        empty = false;
    }

    void wipe() {
        load(List.of(), "");
        empty = true;
        halfLoaded = false;
    }

    boolean halfLoaded() {
        return halfLoaded;
    }

    void beginLoading() {
        load(List.of(), "");
        halfLoaded = true;
    }

    /** The marker of an unfinished copy goes last, durably. */
    void finishLoading(List<ModelTransaction> content, String at) {
        load(content, at);
        sync();
        halfLoaded = false;
    }

    private void load(List<ModelTransaction> content, String at) {
        changes.clear();
        binlog.clear();
        definitions.clear();
        rows.clear();
        position = "";
        durable = 0;
        torn = false;
        content.forEach(transaction -> apply(new Change(transaction, null)));
        apply(new Change(null, at));
    }

    /** A row that is there already; null if none is. */
    @Nullable
    String conflict(ModelTransaction transaction) {
        return transaction.keys().stream().filter(rows::containsKey).findFirst().orElse(null);
    }

    /** As an applier does: the position lies in the tables, so both change together. */
    void applied(ModelTransaction transaction) {
        apply(new Change(transaction, transaction.gtid()));
    }

    void setPosition(String to) {
        apply(new Change(null, to));
    }

    /** The first half of a commit of its own. */
    void logged(ModelTransaction transaction) {
        binlog.add(transaction);
    }

    /** The second half. */
    void committed(ModelTransaction transaction) {
        if (!holds(transaction)) {
            apply(new Change(transaction, null));
        }
    }

    /** A change of definitions: it is there at once, and nothing takes it back. */
    void defined(ModelTransaction transaction) {
        logged(transaction);
        committed(transaction);
        definitions.add(transaction.gtid());
        durable = changes.size(); // engines sync their tables with each, whatever they do about commits
    }

    private boolean holds(ModelTransaction transaction) {
        return transaction.keys().stream().anyMatch(key -> transaction.gtid().equals(rows.get(key)));
    }

    private void apply(Change change) {
        changes.add(change);
        ModelTransaction transaction = change.transaction();
        if (transaction != null) {
            transaction.keys().forEach(key -> rows.put(key, transaction.gtid()));
        }
        if (change.position() != null) {
            position = change.position();
        }
    }

    /** What it has applied as a follower. */
    String position() {
        return position;
    }

    /** What it wrote itself, committed or not. */
    List<ModelTransaction> binlog() {
        return binlog;
    }

    String lastLogged() {
        return binlog.isEmpty() ? "" : binlog.get(binlog.size() - 1).gtid();
    }

    /** By key. */
    Map<String, String> rows() {
        return rows;
    }

    /** In the order in which they were committed here. */
    List<ModelTransaction> transactions() {
        List<ModelTransaction> all = new ArrayList<>();
        for (Change change : changes) {
            if (change.transaction() != null) {
                all.add(change.transaction());
            }
        }
        return all;
    }

    /** What comes next to what it holds, of its own or not. */
    long nextNumber() {
        return 1 + Math.max(ModelTransaction.number(position), ModelTransaction.number(lastLogged()));
    }

    void sync() {
        durable = changes.size();
        torn = false;
    }

    /** A commit of its own was not synced: a loss of power takes different things from tables and binlog. */
    void leftUnsynced() {
        torn = true;
    }

    /** Time has passed: the engine syncs its tables by itself. */
    void settle() {
        if (!torn) {
            sync();
        }
    }

    /**
     * A start after the end of the process: what was logged and not committed is cut off, as far back as there is no change of definitions;
     * what lies before one is committed.
     */
    void recover() {
        int kept = 0;
        for (int i = 0; i < binlog.size(); i++) {
            kept = definitions.contains(binlog.get(i).gtid()) ? i + 1 : kept;
        }
        binlog.subList(0, kept).forEach(this::committed);
        binlog.subList(kept, binlog.size()).removeIf(transaction -> !holds(transaction));
    }

    /** The machine ends: the last commits may be gone, the last ones first, or some of them. */
    void losePower(Random random) {
        if (!torn) {
            keep(durable + random.nextInt(changes.size() - durable + 1));
            return;
        }
        List<Change> unsynced = List.copyOf(changes.subList(durable, changes.size()));
        keep(durable);
        unsynced.stream().filter(change -> random.nextBoolean()).forEach(this::apply);
        binlog.subList(random.nextInt(binlog.size() + 1), binlog.size()).clear();
        sync();
    }

    private void keep(int count) {
        List<Change> kept = List.copyOf(changes.subList(0, count));
        changes.clear();
        rows.clear();
        position = "";
        kept.forEach(this::apply);
        sync();
    }
}
