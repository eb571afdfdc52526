/** Labelled features of topics: what further heads are trained on. */
@NullMarked
package io.featherwire.cli.head;

import org.jspecify.annotations.NullMarked;
