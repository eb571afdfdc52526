package io.featherwire.schemas.serde;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of a response as text. If the body has more than {@code maxBytes} bytes, reading stops with an
 * IOException.
 */
final class LimitedResponseBody implements HttpResponse.BodySubscriber<String> {

    private final HttpResponse.BodySubscriber<String> text = HttpResponse.BodySubscribers.ofString(UTF_8);
    private final long maxBytes;
    private long bytes;
    private Flow.@Nullable Subscription subscription;

    LimitedResponseBody(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    @Override
    public CompletionStage<String> getBody() {
        return text.getBody();
    }

    @Override
    public void onSubscribe(Flow.Subscription begun) {
        subscription = begun;
        text.onSubscribe(begun);
    }

    @Override
    public void onNext(List<ByteBuffer> part) {
        bytes += part.stream().mapToLong(ByteBuffer::remaining).sum();
        if (bytes <= maxBytes) {
            text.onNext(part);
        } else if (subscription != null) {
            subscription.cancel();
            subscription = null;
            text.onError(new IOException("the response has more than " + maxBytes + " bytes"));
        }
    }

    @Override
    public void onError(Throwable failure) {
        text.onError(failure);
    }

    @Override
    public void onComplete() {
        text.onComplete();
    }
}
