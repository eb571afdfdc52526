package io.featherwire.runtime;

import io.featherwire.runtime.batch.FatalStreamException;
import io.featherwire.schemas.serde.SchemaRegistryException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidSessionTimeoutException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownProducerIdException;
import org.apache.kafka.common.errors.UnknownServerException;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.jspecify.annotations.Nullable;

/** Describes a failure in one line, with the remedy where it is known. */
public final class FailureMessages {

    /**
     * Kafka Streams' message about a changelog with too few partitions. Its remedy would lose pending records, and the
     * exception has no class of its own.
     */
    private static final Pattern OTHER_PARTITIONS = Pattern.compile(
            "Existing internal topic (\\S+) has invalid partitions: expected: (\\d+); actual: (\\d+)\\..*",
            Pattern.DOTALL);

    private FailureMessages() {}

    /** Describes a failure in one line. */
    public static String describe(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof FatalStreamException) {
                return toOneLine(cause.getMessage());
            }
            if (cause instanceof SchemaRegistryException) {
                return toOneLine(cause.getMessage());
            }
            if (cause instanceof RecordTooLargeException) {
                return toOneLine(cause.getMessage())
                        + "; raise max.message.bytes of the target topic above record.size.max";
            }
            if (cause instanceof AuthenticationException) {
                return "the brokers refuse the credentials: " + toOneLine(cause.getMessage())
                        + "; check kafka.sasl.* and kafka.ssl.*";
            }
            if (cause instanceof AuthorizationException) {
                return "the brokers refuse access: " + toOneLine(cause.getMessage()) + "; check the ACLs";
            }
            if (cause instanceof InvalidSessionTimeoutException) {
                return "the brokers do not allow this session timeout: " + toOneLine(cause.getMessage())
                        + "; set kafka.session.timeout.ms to what group.min.session.timeout.ms allows";
            }
            if (cause instanceof FencedInstanceIdException) {
                return "another instance of this application has the same identity: " + toOneLine(cause.getMessage())
                        + "; give each instance its own state.dir";
            }
            if (cause instanceof MissingSourceTopicException) {
                return "an input topic was deleted: " + toOneLine(cause.getMessage());
            }
            Matcher partitions = OTHER_PARTITIONS.matcher(String.valueOf(cause.getMessage()));
            if (partitions.matches() && Integer.parseInt(partitions.group(2)) > Integer.parseInt(partitions.group(3))) {
                return "partitions were added to an input topic: also add them to " + partitions.group(1)
                        + " and start again; no record is lost. kafka-topics.sh --bootstrap-server SERVERS --alter "
                        + "--topic "
                        + partitions.group(1) + " --partitions " + partitions.group(2);
            }
            if (cause instanceof TimeoutException) {
                return "the brokers do not answer: " + toOneLine(cause.getMessage());
            }
        }
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return root.getClass().getSimpleName() + ": " + toOneLine(root.getMessage());
    }

    /**
     * Whether a new stream thread may recover from the failure, for example from brokers that were unavailable for
     * longer than the transaction timeout. The new thread restores pending records from the store.
     */
    static boolean isRecoverable(Throwable failure) {
        boolean recoverable = false;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof FatalStreamException
                    || cause instanceof AuthenticationException
                    || cause instanceof AuthorizationException) {
                return false;
            }
            recoverable |= cause instanceof RetriableException
                    || cause instanceof InvalidTxnStateException
                    || cause instanceof InvalidProducerEpochException
                    || cause instanceof ProducerFencedException
                    || cause instanceof UnknownProducerIdException
                    || cause instanceof OutOfOrderSequenceException
                    || cause instanceof UnknownServerException
                    || isUnhandledEndTxn(cause);
        }
        return recoverable;
    }

    /**
     * Whether a broker answered EndTxn with "unexpected error", for which Kafka has no exception class. This occurs
     * when the transaction times out at that moment, on a stalled machine.
     */
    private static boolean isUnhandledEndTxn(Throwable cause) {
        return cause.getClass() == KafkaException.class
                && String.valueOf(cause.getMessage()).startsWith("Unhandled error in EndTxnResponse");
    }

    private static String toOneLine(@Nullable String message) {
        return String.valueOf(message).replaceAll("\\s*[\\r\\n]+\\s*", " ");
    }
}
