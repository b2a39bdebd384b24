/** MySQL behind the SPI of {@link io.shareddb.replication.engine}. Start at {@link MySqlFamily}. */
@NullMarked
package io.shareddb.replication.engine.mysql;

import org.jspecify.annotations.NullMarked;
