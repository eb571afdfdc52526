/** Recipes: all settings of a training except data and seed, as YAML files. */
@NullMarked
package io.featherwire.trainer.recipe;

import org.jspecify.annotations.NullMarked;
