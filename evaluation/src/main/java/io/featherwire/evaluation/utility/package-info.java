/**
 * Utility at a rate: the accuracy of unseen heads and searches on payloads, compared with other codings of equal size.
 */
@NullMarked
package io.featherwire.evaluation.utility;

import org.jspecify.annotations.NullMarked;
