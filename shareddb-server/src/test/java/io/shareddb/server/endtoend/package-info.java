/**
 * Tests with real processes: the packaged launcher, three operators, three engines. Start at {@link
 * io.shareddb.server.endtoend.Cluster}. They run after the jar is packaged and use free ports of 127.0.0.1.
 */
@NullMarked
package io.shareddb.server.endtoend;

import org.jspecify.annotations.NullMarked;
