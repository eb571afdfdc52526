/**
 * Offline evaluation of bundles: the paper's accuracy table, bytes per image, confusion matrix, calibration and
 * rate–accuracy curve.
 */
@NullMarked
package io.featherwire.evaluation;

import org.jspecify.annotations.NullMarked;
