package io.featherwire.schemas.serde;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;

/** The writer schemas of earlier releases, whose records on topics and in stores must stay readable. */
final class EarlierSchemas {

    private EarlierSchemas() {}

    /**
     * The earlier schemas of one record, the oldest first: the resources earlier/NAME-1.avsc, earlier/NAME-2.avsc and
     * so on.
     */
    static List<Schema> of(Schema current) {
        List<Schema> earlier = new ArrayList<>();
        for (int version = 1; ; version++) {
            String file = "/io/featherwire/schemas/earlier/" + current.getName() + "-" + version + ".avsc";
            try (InputStream in = EarlierSchemas.class.getResourceAsStream(file)) {
                if (in == null) {
                    return earlier;
                }
                earlier.add(new Schema.Parser().parse(in));
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read " + file, e);
            }
        }
    }
}
