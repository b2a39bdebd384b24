/** MySQL wire codec, both sides of a connection; knows nothing of clusters, never blocks. */
@NullMarked
package io.shareddb.protocol;

import org.jspecify.annotations.NullMarked;
