/** Recipes: everything that decides a training but the data, in small YAML files. */
@NullMarked
package io.featherwire.trainer.recipe;

import org.jspecify.annotations.NullMarked;
