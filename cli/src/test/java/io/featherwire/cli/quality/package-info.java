/** Tests of the accuracy of the whole pipeline: late and wrong labels, changed scenes, the rollout of bundles. */
@NullMarked
package io.featherwire.cli.quality;

import org.jspecify.annotations.NullMarked;
