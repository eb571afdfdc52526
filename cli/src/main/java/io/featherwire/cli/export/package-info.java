/** The topic of features as files of a table: Parquet, for whatever reads it. In the full distribution only. */
@NullMarked
package io.featherwire.cli.export;

import org.jspecify.annotations.NullMarked;
