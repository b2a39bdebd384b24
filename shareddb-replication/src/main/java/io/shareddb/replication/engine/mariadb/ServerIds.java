package io.shareddb.replication.engine.mariadb;

/**
 * The {@code server_id} of an engine is part of each GTID that it makes. One per epoch, so that equal GTIDs are the same
 * transaction whatever happened.
 */
final class ServerIds {
    /** Of an engine that does not lead; what it wrote by mistake is told by it. */
    static final long FOLLOWER = 1;

    private static final long FIRST_EPOCH = 100; // below: engines that do not lead, operators as masters and replicas
    private static final long LAST = 0xffff_ffffL;

    private ServerIds() {}

    static long of(long epoch) {
        if (epoch < 0 || epoch > LAST - FIRST_EPOCH) {
            throw new IllegalArgumentException("epoch: " + epoch + " (expected: 0 to " + (LAST - FIRST_EPOCH) + ")");
        }
        return FIRST_EPOCH + epoch;
    }
}
