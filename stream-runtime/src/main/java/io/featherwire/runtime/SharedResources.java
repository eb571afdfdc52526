package io.featherwire.runtime;

import io.featherwire.runtime.batch.MicroBatcher;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The resources of a batch function, mainly ONNX sessions. They are closed only after the function's last call has
 * ended, since closing a session during a run would crash the JVM.
 */
public final class SharedResources implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SharedResources.class);

    private final OpenResources resources = new OpenResources();
    private @Nullable MicroBatcher<?, ?> borrower;

    /** Adds a resource and returns it; this object will close it. */
    public <R extends AutoCloseable> R add(R resource) {
        return resources.add(resource);
    }

    /** Sets the batcher that uses the resources; close the batcher before this object. */
    public void setBorrower(MicroBatcher<?, ?> batcher) {
        borrower = batcher;
    }

    @Override
    public void close() {
        if (borrower == null || borrower.isEnded()) {
            resources.close();
        } else {
            LOG.warn("the neural networks are not closed, since an inference run has not returned");
        }
    }
}
