/** What the README shows, compiled and, as far as it needs no engine, run. */
@NullMarked
package io.shareddb.cluster.examples;

import org.jspecify.annotations.NullMarked;
