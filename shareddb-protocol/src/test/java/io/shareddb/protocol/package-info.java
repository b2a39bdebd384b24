/** Helpers of the codec's tests. */
@NullMarked
package io.shareddb.protocol;

import org.jspecify.annotations.NullMarked;
