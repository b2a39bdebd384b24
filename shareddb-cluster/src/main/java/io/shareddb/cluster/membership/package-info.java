/** Who belongs to a running cluster, and how that changes. Start at {@link io.shareddb.cluster.membership.MemberKeeper}. */
@NullMarked
package io.shareddb.cluster.membership;

import org.jspecify.annotations.NullMarked;
