package io.shareddb.replication.log.raft;

import java.util.Random;

/**
 * The library adds a random 0 to 99 of its milliseconds to each election timeout, which on our scale is up to 10 ms: too little for two
 * candidates to get out of each other's way when a vote takes two syncs. This spreads it ten times as far.
 */
final class ElectionNoise extends Random {
    private static final long serialVersionUID = 1;
    private static final int SPREAD = 10;

    private final Random random;

    ElectionNoise(Random random) {
        super(0); // never used
        this.random = random;
    }

    @Override
    public int nextInt(int bound) {
        return random.nextInt(bound * SPREAD);
    }
}
