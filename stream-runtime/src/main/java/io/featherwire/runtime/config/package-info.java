/**
 * Reads settings from flags, environment variables, a file and defaults, in this order of precedence. They are read
 * once into typed values, and all problems are reported together.
 */
@NullMarked
package io.featherwire.runtime.config;

import org.jspecify.annotations.NullMarked;
