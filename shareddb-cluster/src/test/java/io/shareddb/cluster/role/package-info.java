@NullMarked
package io.shareddb.cluster.role;

import org.jspecify.annotations.NullMarked;
