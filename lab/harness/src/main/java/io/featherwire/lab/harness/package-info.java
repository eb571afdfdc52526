/** Apps in JVMs of their own, frames fed to them at a rate, and counts of what comes out. */
@NullMarked
package io.featherwire.lab.harness;

import org.jspecify.annotations.NullMarked;
