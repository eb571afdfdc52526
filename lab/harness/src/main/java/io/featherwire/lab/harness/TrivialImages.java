package io.featherwire.lab.harness;

import io.featherwire.schemas.ImageEncoding;
import java.util.List;

/** Images of 8x8 pixels for the trivial bundle, whose networks predict the strongest colour. */
public final class TrivialImages {

    private static final List<String> CLASSES = List.of("red", "green", "blue");
    private static final int SIDE = 8;

    private TrivialImages() {}

    /** The image of frame n, with class n mod 3. Successive images differ. */
    public static FrameSender.Image image(int n) {
        int strongest = n % CLASSES.size();
        byte[] rgb = new byte[3 * SIDE * SIDE];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (i % 3 == strongest ? 200 : (n * 7 + i) & 63);
        }
        return new FrameSender.Image(ImageEncoding.RGB8, SIDE, SIDE, rgb, CLASSES.get(strongest));
    }
}
