/** The directory of models and tables that both ends share: load, verify, fingerprint, write. */
@NullMarked
package io.featherwire.codec.bundle;

import org.jspecify.annotations.NullMarked;
