/**
 * The statistics of an evaluation: proportions and their intervals, confusion matrix, calibration, divergence and
 * entropy.
 */
@NullMarked
package io.featherwire.evaluation.statistics;

import org.jspecify.annotations.NullMarked;
