@NullMarked
package io.shareddb.cluster.membership;

import org.jspecify.annotations.NullMarked;
