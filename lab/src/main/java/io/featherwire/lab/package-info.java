/** The laboratory's command. */
@NullMarked
package io.featherwire.lab;

import org.jspecify.annotations.NullMarked;
