/** What the rest of the code may know of a database engine. Start at {@link EngineFamily}. */
@NullMarked
package io.shareddb.replication.engine;

import org.jspecify.annotations.NullMarked;
