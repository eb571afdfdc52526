/** Offline evaluation of bundles: the paper's table, bytes per image, confusion, calibration, the rate–accuracy curve. */
@NullMarked
package io.featherwire.trainer.evaluate;

import org.jspecify.annotations.NullMarked;
