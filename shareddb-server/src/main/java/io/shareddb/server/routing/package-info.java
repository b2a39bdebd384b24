/**
 * What a statement means for a proxy, told from its text alone: where it may run, what it leaves behind in its session,
 * whether it can commit. Unknown text means "the leader, and it may commit". Start at
 * {@link io.shareddb.server.routing.StatementClassifier}.
 */
@NullMarked
package io.shareddb.server.routing;

import org.jspecify.annotations.NullMarked;
