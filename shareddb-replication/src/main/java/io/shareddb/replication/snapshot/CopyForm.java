package io.shareddb.replication.snapshot;

/** What a copy of an engine consists of. */
public enum CopyForm {
    /** SQL and rows: fits every engine of the same family and series. */
    ROWS,
    /** The engine's files: much quicker; fits engines of the same version whose folder the operator owns. */
    FILES
}
