package io.featherwire.datasets;

/** Hears how a download gets on. */
@FunctionalInterface
public interface DownloadListener {

    DownloadListener SILENT = (received, total) -> {};

    /** {@code received} of {@code total} bytes are on disk. */
    void received(long received, long total);
}
