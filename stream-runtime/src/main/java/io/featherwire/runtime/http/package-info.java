/** The one HTTP server of an app: health, metrics and whatever routes the app adds. */
@NullMarked
package io.featherwire.runtime.http;

import org.jspecify.annotations.NullMarked;
