/** The export of the topic of features as Parquet files. In the full distribution only. */
@NullMarked
package io.featherwire.cli.export;

import org.jspecify.annotations.NullMarked;
