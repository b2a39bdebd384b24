@NullMarked
package io.shareddb.api.management;

import org.jspecify.annotations.NullMarked;
