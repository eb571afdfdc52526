/**
 * Benchmarks of the whole streams: throughput, CPU time and latency, in comparison with ONNX Runtime alone and with
 * hand-written consumers and producers.
 */
@NullMarked
package io.featherwire.lab.endtoend;

import org.jspecify.annotations.NullMarked;
