/** Makes further heads for a bundle, from labelled features that were decoded from payloads or from a user's graph. */
@NullMarked
package io.featherwire.bundler.head;

import org.jspecify.annotations.NullMarked;
