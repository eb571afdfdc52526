/** Layered settings (flags over environment over file over defaults), read once into typed values, all problems reported together. */
@NullMarked
package io.featherwire.runtime.config;

import org.jspecify.annotations.NullMarked;
