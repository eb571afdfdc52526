/** JMH benchmarks of single steps: payloads, image files, preprocessing. */
@NullMarked
package io.featherwire.lab.micro;

import org.jspecify.annotations.NullMarked;
