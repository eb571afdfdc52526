/** A further head for a bundle: fitted to labelled features that came out of payloads. */
@NullMarked
package io.featherwire.bundler.head;

import org.jspecify.annotations.NullMarked;
