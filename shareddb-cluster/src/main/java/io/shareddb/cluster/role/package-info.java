/** The life cycle of a node: to lead, to follow, to be rebuilt. */
@NullMarked
package io.shareddb.cluster.role;

import org.jspecify.annotations.NullMarked;
