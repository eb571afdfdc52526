package io.featherwire.classifier.accuracy;

import static io.featherwire.classifier.accuracy.LedgerValueFormat.read;
import static io.featherwire.classifier.accuracy.LedgerValueFormat.readVarint;
import static io.featherwire.classifier.accuracy.LedgerValueFormat.toBytes;
import static io.featherwire.classifier.accuracy.LedgerValueFormat.writeVarint;
import static java.util.Objects.requireNonNull;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Encodes and decodes the values of the ledger's store: entries of frames, heads, and counts of closed buckets. */
final class LedgerCodec {
    private static final int PREDICTION = 1;
    private static final int LABEL = 2;
    private static final int AUDIT = 4;
    /** The fields of these two flags are at the end; earlier releases ignore them. */
    private static final int WAITING = 8;

    private static final int NAMED_HEADS = 16;

    private LedgerCodec() {}

    static byte[] encodeFrame(FrameEntry entry) {
        return toBytes(out -> {
            var prediction = entry.prediction();
            var label = entry.label();
            out.writeByte((prediction == null ? 0 : PREDICTION)
                    | (label == null ? 0 : LABEL)
                    | (prediction != null && prediction.isAudited() ? AUDIT : 0)
                    | (entry.waiting().isEmpty() ? 0 : WAITING)
                    | (hasHeadNames(entry) ? NAMED_HEADS : 0));
            writeVarint(out, entry.bucketTime());
            writeVarint(out, entry.matchedAt());
            writeVarint(out, entry.lateAt());
            writeVarint(out, entry.corrections());
            writeVarint(out, entry.predictionOffset());
            writeVarint(out, entry.labelOffset());
            if (prediction != null) {
                writePrediction(out, prediction);
            }
            if (label != null) {
                writeLabel(out, label);
            }
            if (!entry.waiting().isEmpty()) {
                writeWaiting(out, entry.waiting());
            }
            if (hasHeadNames(entry)) {
                writeHeadName(out, label);
                for (var each : entry.waiting()) {
                    writeHeadName(out, each.label());
                }
            }
        });
    }

    private static boolean hasHeadNames(FrameEntry entry) {
        var label = entry.label();
        return label != null && label.head() != null
                || entry.waiting().stream().anyMatch(each -> each.label().head() != null);
    }

    /** Writes the head that a label names, or an empty string. */
    private static void writeHeadName(DataOutputStream out, @Nullable FrameLabel label) throws IOException {
        var head = label == null ? null : label.head();
        out.writeUTF(head == null ? "" : head);
    }

    private static void writeLabel(DataOutputStream out, FrameLabel label) throws IOException {
        out.writeUTF(label.name());
        writeVarint(out, label.labelledAt());
    }

    private static FrameLabel readLabel(DataInputStream in) throws IOException {
        return new FrameLabel(in.readUTF(), readVarint(in));
    }

    private static void writeWaiting(DataOutputStream out, List<UnmatchedLabel> labels) throws IOException {
        writeVarint(out, labels.size());
        for (var each : labels) {
            writeLabel(out, each.label());
            byte[] record = each.recordBytes();
            writeVarint(out, record.length);
            out.write(record);
        }
    }

    private static List<UnmatchedLabel> readWaiting(DataInputStream in) throws IOException {
        var labels = new ArrayList<UnmatchedLabel>();
        for (long n = readVarint(in); n > 0; n--) {
            var label = readLabel(in);
            byte[] record = in.readNBytes((int) readVarint(in));
            labels.add(UnmatchedLabel.of(label, record));
        }
        return labels;
    }

    private static void writePrediction(DataOutputStream out, FramePrediction prediction) throws IOException {
        out.write(HexFormat.of().parseHex(prediction.bundle()));
        writeVarint(out, prediction.classIndex());
        out.writeFloat(prediction.probability());
        writeVarint(out, prediction.payloadBytes());
        writeVarint(out, prediction.classifiedAt());
        if (prediction.isAudited()) {
            writeVarint(out, prediction.uncompressedClass());
            writeVarint(out, prediction.imageBytes());
        }
    }

    static FrameEntry decodeFrame(byte[] bytes) {
        return read(bytes, in -> {
            int flags = in.readUnsignedByte();
            long bucketTime = readVarint(in);
            long matchedAt = readVarint(in);
            long lateAt = readVarint(in);
            int corrections = (int) readVarint(in);
            long predictionOffset = readVarint(in);
            long labelOffset = readVarint(in);
            var prediction = (flags & PREDICTION) == 0 ? null : readPrediction(in, (flags & AUDIT) != 0);
            var label = (flags & LABEL) == 0 ? null : readLabel(in);
            List<UnmatchedLabel> waiting = (flags & WAITING) == 0 ? List.of() : readWaiting(in);
            if ((flags & NAMED_HEADS) != 0) {
                label = readHeadName(label, in);
                waiting = readHeadNames(waiting, in);
            }
            return FrameEntryBuilder.builder()
                    .bucketTime(bucketTime)
                    .matchedAt(matchedAt)
                    .lateAt(lateAt)
                    .corrections(corrections)
                    .predictionOffset(predictionOffset)
                    .labelOffset(labelOffset)
                    .waiting(waiting)
                    .prediction(prediction)
                    .label(label)
                    .build();
        });
    }

    private static @Nullable FrameLabel readHeadName(@Nullable FrameLabel label, DataInputStream in)
            throws IOException {
        var head = in.readUTF();
        return label == null || head.isEmpty() ? label : new FrameLabel(label.name(), label.labelledAt(), head);
    }

    private static List<UnmatchedLabel> readHeadNames(List<UnmatchedLabel> waiting, DataInputStream in)
            throws IOException {
        var named = new ArrayList<UnmatchedLabel>();
        for (var each : waiting) {
            named.add(new UnmatchedLabel(requireNonNull(readHeadName(each.label(), in)), each.record()));
        }
        return named;
    }

    private static FramePrediction readPrediction(DataInputStream in, boolean audited) throws IOException {
        return FramePredictionBuilder.builder()
                .bundle(HexFormat.of().formatHex(in.readNBytes(8)))
                .classIndex((int) readVarint(in))
                .probability(in.readFloat())
                .payloadBytes((int) readVarint(in))
                .classifiedAt(readVarint(in))
                .uncompressedClass(audited ? (int) readVarint(in) : FramePrediction.NOT_AUDITED)
                .imageBytes(audited ? (int) readVarint(in) : 0)
                .build();
    }

    /**
     * Encodes a head: class names, then name and trunk. Earlier releases do not write name and trunk, and ignore them.
     */
    static byte[] encodeHead(CountedHead head) {
        return toBytes(out -> {
            writeVarint(out, head.classes().size());
            for (var name : head.classes()) {
                out.writeUTF(name);
            }
            out.writeUTF(head.name());
            out.writeUTF(head.trunk() == null ? "" : head.trunk());
        });
    }

    static CountedHead decodeHead(String fingerprint, byte[] bytes) {
        return read(bytes, in -> {
            int size = (int) readVarint(in);
            var classes = new ArrayList<String>();
            for (int i = 0; i < size; i++) {
                classes.add(in.readUTF());
            }
            if (in.available() == 0) {
                return CountedHead.ofBundle(fingerprint, "", classes);
            }
            var name = in.readUTF();
            var trunk = in.readUTF();
            return new CountedHead(fingerprint, name, trunk.isEmpty() ? null : trunk, classes);
        });
    }

    static byte[] encodeCounts(ClosedBucketCounts sum) {
        return toBytes(out -> {
            writeVarint(out, sum.upTo());
            writeVarint(out, sum.predictionOffset());
            writeVarint(out, sum.labelOffset());
            writeVarint(out, sum.tallies().size());
            for (var entry : sum.tallies().entrySet()) {
                out.write(HexFormat.of().parseHex(entry.getKey()));
                writeTally(out, entry.getValue());
            }
        });
    }

    static ClosedBucketCounts decodeCounts(byte[] bytes) {
        return read(bytes, in -> {
            long upTo = readVarint(in);
            long predictionOffset = readVarint(in);
            long labelOffset = readVarint(in);
            var tallies = new TreeMap<String, BundleCounts>();
            for (long n = readVarint(in); n > 0; n--) {
                tallies.put(HexFormat.of().formatHex(in.readNBytes(8)), readTally(in));
            }
            return new ClosedBucketCounts(upTo, predictionOffset, labelOffset, tallies);
        });
    }

    private static void writeTally(DataOutputStream out, BundleCounts tally) throws IOException {
        var counts = Counter.values();
        writeVarint(out, counts.length);
        for (var count : counts) {
            writeVarint(out, tally.get(count));
        }
        writeVarint(out, tally.cells().size());
        for (Map.Entry<Integer, Long> cell : tally.cells().entrySet()) {
            writeVarint(out, cell.getKey());
            writeVarint(out, cell.getValue());
        }
    }

    private static BundleCounts readTally(DataInputStream in) throws IOException {
        var tally = new BundleCounts();
        var counts = Counter.values();
        int known = (int) readVarint(in);
        for (int i = 0; i < known; i++) {
            tally.add(counts[i], readVarint(in));
        }
        for (long n = readVarint(in); n > 0; n--) {
            int cell = (int) readVarint(in);
            tally.addCell(cell >>> 16, cell & 0xffff, readVarint(in));
        }
        return tally;
    }
}
