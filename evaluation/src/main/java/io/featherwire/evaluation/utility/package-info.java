/**
 * Measures how useful payloads of a given size are: the accuracy of heads and of similarity searches that the codec was
 * not trained for, compared with other codings of the same size.
 */
@NullMarked
package io.featherwire.evaluation.utility;

import org.jspecify.annotations.NullMarked;
