package io.featherwire.datasets;

/** Receives the progress of a download. */
@FunctionalInterface
public interface DownloadListener {

    DownloadListener SILENT = (received, total) -> {};

    /** Reports that {@code received} of {@code total} bytes are on disk. */
    void onReceived(long received, long total);
}
