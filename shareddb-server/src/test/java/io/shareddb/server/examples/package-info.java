/** What the README files show, compiled and run. */
@NullMarked
package io.shareddb.server.examples;

import org.jspecify.annotations.NullMarked;
