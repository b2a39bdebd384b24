/** Where other nodes may be found before anybody knows who they are. Start at {@link io.shareddb.cluster.discovery.Discovery}. */
@NullMarked
package io.shareddb.cluster.discovery;

import org.jspecify.annotations.NullMarked;
