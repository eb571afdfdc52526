/**
 * The bundle, a directory of models and tables that encoder side and decoder side share: load, verify, fingerprint,
 * write.
 */
@NullMarked
package io.featherwire.codec.bundle;

import org.jspecify.annotations.NullMarked;
