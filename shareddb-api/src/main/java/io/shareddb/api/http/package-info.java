/** What both HTTP servers share: problem details, JSON answers, the server itself. */
@NullMarked
package io.shareddb.api.http;

import org.jspecify.annotations.NullMarked;
