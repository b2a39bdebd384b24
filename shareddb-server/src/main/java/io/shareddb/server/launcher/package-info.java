/**
 * The command line: {@code up}, {@code server}, {@code status}, {@code version}. Start at {@link io.shareddb.server.launcher.Main}. The only
 * package that ends the process, writes to the terminal or knows the logging back end.
 */
@NullMarked
package io.shareddb.server.launcher;

import org.jspecify.annotations.NullMarked;
