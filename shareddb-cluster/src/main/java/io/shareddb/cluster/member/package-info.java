/** Who belongs to the cluster, and what a node remembers of that on its disk. Start at {@link io.shareddb.cluster.member.LocalNode}. */
@NullMarked
package io.shareddb.cluster.member;

import org.jspecify.annotations.NullMarked;
