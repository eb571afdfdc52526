package io.featherwire.cli.demo;

import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;

/** Measures the size of a topic on the brokers' disks, including batch headers and transaction markers. */
final class TopicBytes {

    private TopicBytes() {}

    /** The total size of all partitions of a topic on all brokers, in bytes. */
    static long measure(Admin admin, String topic) throws ExecutionException, InterruptedException {
        var brokers = admin.describeCluster().nodes().get().stream()
                .map(org.apache.kafka.common.Node::id)
                .toList();
        return admin.describeLogDirs(brokers).allDescriptions().get().values().stream()
                .flatMap(directories -> directories.values().stream())
                .flatMap(directory -> directory.replicaInfos().entrySet().stream())
                .filter(replica -> replica.getKey().topic().equals(topic))
                .mapToLong(replica -> replica.getValue().size())
                .sum();
    }
}
