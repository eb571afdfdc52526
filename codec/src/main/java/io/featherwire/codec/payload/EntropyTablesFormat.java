package io.featherwire.codec.payload;

import io.featherwire.codec.payload.PayloadException.Reason;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes entropy tables to a file and reads them; docs/understand/payload-format.md describes every byte. */
final class EntropyTablesFormat {

    private static final byte[] MAGIC = {'F', 'W', 'E', 'T'};
    private static final int VERSION = 1;
    private static final int LIVE = 1;
    private static final int MAX_VARINT_BYTES = 5;

    private EntropyTablesFormat() {}

    static byte[] toBytes(EntropyTables tables) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(MAGIC);
        out.write(VERSION);
        out.write(tables.checkBits());
        for (int side : tables.shape().sides()) {
            writeUnsigned(out, side);
        }
        for (int c = 0; c < tables.shape().channels(); c++) {
            ChannelModel model = tables.channel(c);
            out.write(model == null ? 0 : LIVE);
            if (model != null) {
                writeModel(out, model, c);
            }
        }
        return out.toByteArray();
    }

    private static void writeModel(ByteArrayOutputStream out, ChannelModel model, int channel) {
        writeSigned(out, model.lowest());
        writeUnsigned(out, model.count());
        out.write(model.neighbours().size());
        for (Neighbour neighbour : model.neighbours()) {
            writeUnsigned(out, channel - neighbour.channel());
            out.write(3 * (neighbour.down() + 1) + neighbour.right() + 1);
            writeSigned(out, neighbour.low());
            writeUnsigned(out, neighbour.high() - neighbour.low());
        }
        for (int context = 0; context < model.contexts(); context++) {
            for (int i = 0; i <= model.count(); i++) {
                writeUnsigned(out, model.frequency(context, i));
            }
        }
    }

    private static void writeSigned(ByteArrayOutputStream out, int value) {
        writeUnsigned(out, value << 1 ^ value >> 31);
    }

    private static void writeUnsigned(ByteArrayOutputStream out, int value) {
        int rest = value;
        while ((rest & ~0x7F) != 0) {
            out.write(rest & 0x7F | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
    }

    static EntropyTables parse(byte[] artefact) throws PayloadException {
        Reader in = new Reader(artefact);
        for (byte expected : MAGIC) {
            if (in.readByte() != expected) {
                throw new PayloadException(Reason.CORRUPT, "the first bytes are not those of entropy tables");
            }
        }
        int version = in.readByte();
        if (version != VERSION) {
            throw new PayloadException(
                    Reason.UNKNOWN_VERSION, "the tables have version " + version + ", this release reads " + VERSION);
        }
        int checkBits = in.readByte();
        try {
            TensorShape shape = new TensorShape(in.readUnsigned(), in.readUnsigned(), in.readUnsigned());
            in.requireBytes(shape.channels());
            @Nullable ChannelModel[] channels = new @Nullable ChannelModel[shape.channels()];
            for (int c = 0; c < channels.length; c++) {
                channels[c] = readModel(in, c);
            }
            in.requireEnd();
            return new EntropyTables(shape, checkBits, channels);
        } catch (IllegalArgumentException e) {
            throw new PayloadException(Reason.CORRUPT, "the tables are not valid: " + e.getMessage());
        }
    }

    private static @Nullable ChannelModel readModel(Reader in, int channel) throws PayloadException {
        int kind = in.readByte();
        if (kind == 0) {
            return null;
        }
        if (kind != LIVE) {
            throw new IllegalArgumentException("channel " + channel + " is of unknown kind " + kind);
        }
        int lowest = in.readSigned();
        int count = in.readUnsigned();
        if (Math.abs((long) lowest) > Quantiser.MAX_SYMBOL || count < 1 || count > ChannelModel.MAX_COUNT) {
            throw new IllegalArgumentException("channel " + channel + " has " + count + " symbols from " + lowest);
        }
        List<Neighbour> neighbours = readNeighbours(in, channel);
        int contexts = ChannelModel.contexts(neighbours.size());
        in.requireBytes((long) contexts * (count + 1));
        int[][] frequencies = new int[contexts][count + 1];
        for (int[] context : frequencies) {
            for (int i = 0; i <= count; i++) {
                context[i] = in.readUnsigned();
            }
        }
        return new ChannelModel(lowest, count, neighbours, frequencies);
    }

    private static List<Neighbour> readNeighbours(Reader in, int channel) throws PayloadException {
        int number = in.readByte();
        if (number > ChannelModel.MAX_NEIGHBOURS) {
            throw new IllegalArgumentException("channel " + channel + " has " + number + " neighbours");
        }
        List<Neighbour> neighbours = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            int back = in.readUnsigned();
            int place = in.readByte();
            int low = in.readSigned();
            int high = Math.addExact(low, in.readUnsigned());
            neighbours.add(new Neighbour(channel - back, place / 3 - 1, place % 3 - 1, low, high));
        }
        return neighbours;
    }

    /** Reads numbers from an array, and reports an array that is too short. */
    private static final class Reader {

        private final byte[] in;
        private int position;

        Reader(byte[] in) {
            this.in = in;
        }

        void requireBytes(long bytes) throws PayloadException {
            if (in.length - position < bytes) {
                throw new PayloadException(Reason.WRONG_LENGTH, "the tables are truncated");
            }
        }

        void requireEnd() throws PayloadException {
            if (position != in.length) {
                throw new PayloadException(Reason.WRONG_LENGTH, "the tables have bytes after their end");
            }
        }

        int readByte() throws PayloadException {
            requireBytes(1);
            return in[position++] & 0xFF;
        }

        int readUnsigned() throws PayloadException {
            long value = 0;
            for (int i = 0; i < MAX_VARINT_BYTES; i++) {
                int octet = readByte();
                value |= (long) (octet & 0x7F) << 7 * i;
                if (octet < 0x80) {
                    if (value > Integer.MAX_VALUE) {
                        break;
                    }
                    return (int) value;
                }
            }
            throw new PayloadException(Reason.CORRUPT, "a number in the tables is too large");
        }

        int readSigned() throws PayloadException {
            int value = readUnsigned();
            return value >>> 1 ^ -(value & 1);
        }
    }
}
