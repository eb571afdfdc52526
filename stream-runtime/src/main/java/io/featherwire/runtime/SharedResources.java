package io.featherwire.runtime;

import io.featherwire.runtime.batch.MicroBatcher;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Resources of a batcher's function, mainly networks. They are closed only after its last call has ended, since closing
 * a running network would crash the JVM.
 */
public final class SharedResources implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SharedResources.class);

    private final OpenResources resources = new OpenResources();
    private @Nullable MicroBatcher<?, ?> borrower;

    /** Takes one over; the same. */
    public <R extends AutoCloseable> R add(R resource) {
        return resources.add(resource);
    }

    /** Sets the batcher, which must be closed first. */
    public void borrowedBy(MicroBatcher<?, ?> batcher) {
        borrower = batcher;
    }

    @Override
    public void close() {
        if (borrower == null || borrower.ended()) {
            resources.close();
        } else {
            LOG.warn("a network stays open, since one of its runs has not returned");
        }
    }
}
