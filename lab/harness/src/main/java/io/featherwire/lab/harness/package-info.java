/** Runs apps in separate JVMs, sends frames to them at a rate, and counts the results. */
@NullMarked
package io.featherwire.lab.harness;

import org.jspecify.annotations.NullMarked;
