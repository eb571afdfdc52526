/** Reads labelled features from topics, on which further heads are trained. */
@NullMarked
package io.featherwire.cli.head;

import org.jspecify.annotations.NullMarked;
