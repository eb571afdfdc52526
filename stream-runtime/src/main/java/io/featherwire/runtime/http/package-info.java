/** The HTTP server of an app: health, metrics and the app's own routes. */
@NullMarked
package io.featherwire.runtime.http;

import org.jspecify.annotations.NullMarked;
