package io.shareddb.replication.engine;

/**
 * Which engine a node has, as far as that matters to the other nodes. Immutable.
 *
 * @param product {@code MariaDB} or {@code MySQL}
 * @param version which one
 */
public record EngineKind(String product, EngineVersion version) {
    /**
     * Reads what an engine says of itself.
     *
     * @param version for example {@code 11.4.5-MariaDB-log}
     */
    public static EngineKind of(String product, String version) {
        return new EngineKind(product, EngineVersion.in(version));
    }

    /** Whether each may replicate from the other and take copies of it: the same product and series, whatever the patch. */
    public boolean fits(EngineKind other) {
        return product.equals(other.product) && version.sameSeries(other.version);
    }

    /** For people, for example {@code MySQL 9.7.4}. */
    public String describe() {
        return product + " " + version;
    }

    /** What all engines of a cluster have in common, for example {@code MySQL 9.7}. */
    public String series() {
        return product + " " + version.major() + "." + version.minor();
    }
}
