package io.featherwire.cli.demo;

import java.util.Map;

/**
 * The environment variables that a training process needs. With glibc's defaults each training step maps and unmaps its
 * tensors' memory, which makes training two to three times slower; long-running streams must not use these settings.
 */
public final class TrainerEnvironment {

    /** The variables that the script {@code featherwire} sets for training; a test compares both. */
    public static final Map<String, String> MALLOC = Map.of(
            "MALLOC_ARENA_MAX", "1",
            "MALLOC_MMAP_MAX_", "0",
            "MALLOC_TRIM_THRESHOLD_", "17179869184",
            "MALLOC_TOP_PAD_", "268435456",
            "THP_MEM_ALLOC_ENABLE", "1");

    private TrainerEnvironment() {}
}
