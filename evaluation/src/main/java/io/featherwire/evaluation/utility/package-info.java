/** Utility at a rate: what unseen heads and searches get out of payloads, beside other ways to spend the same bytes. */
@NullMarked
package io.featherwire.evaluation.utility;

import org.jspecify.annotations.NullMarked;
