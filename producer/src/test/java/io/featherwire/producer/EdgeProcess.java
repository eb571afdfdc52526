package io.featherwire.producer;

import io.featherwire.datasets.DownloadListener;
import io.featherwire.runtime.config.ConfigSources;
import java.util.HashMap;
import java.util.Map;

/** The edge app in a JVM of its own, with settings as KEY=VALUE. */
final class EdgeProcess {

    private EdgeProcess() {}

    public static void main(String[] args) throws Exception {
        Map<String, String> settings = new HashMap<>();
        for (String argument : args) {
            int equals = argument.indexOf('=');
            settings.put(argument.substring(0, equals), argument.substring(equals + 1));
        }
        System.exit(OutboxEdgeApp.run(ConfigSources.of(settings), System.out, DownloadListener.SILENT));
    }
}
