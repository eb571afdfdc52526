/** The arithmetic of an evaluation: proportions and their intervals, confusion, calibration, divergence, entropy. */
@NullMarked
package io.featherwire.evaluation.statistics;

import org.jspecify.annotations.NullMarked;
