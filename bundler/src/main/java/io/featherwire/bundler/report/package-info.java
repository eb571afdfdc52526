/** Tests a finished bundle and reports the results. */
@NullMarked
package io.featherwire.bundler.report;

import org.jspecify.annotations.NullMarked;
