/** Benchmark of the log alone; started by {@code bench/log.sh}. */
@NullMarked
package io.shareddb.replication.log.bench;

import org.jspecify.annotations.NullMarked;
