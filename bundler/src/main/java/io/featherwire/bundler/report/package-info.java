/** Tries a finished bundle, and says what came of it. */
@NullMarked
package io.featherwire.bundler.report;

import org.jspecify.annotations.NullMarked;
