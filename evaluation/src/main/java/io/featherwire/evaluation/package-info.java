/** Offline evaluation of bundles: the paper's table, bytes per image, confusion, calibration, the rate–accuracy curve. */
@NullMarked
package io.featherwire.evaluation;

import org.jspecify.annotations.NullMarked;
