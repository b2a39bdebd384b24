package io.shareddb.replication.engine;

/** Identity of one transaction, as its engine family writes it. Immutable; equal when the text is equal. */
public interface Gtid {
    /** For example {@code 0-1-12} (MariaDB) or {@code 44db9d9b-e6ce-11f1-aaeb-02fc00000001:5} (MySQL). */
    String text();
}
