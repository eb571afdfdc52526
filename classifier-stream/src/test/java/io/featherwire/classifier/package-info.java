/** Tests of the stream with its real parts: bundle, codec, ledger; against a test driver, and against a broker. */
@NullMarked
package io.featherwire.classifier;

import org.jspecify.annotations.NullMarked;
