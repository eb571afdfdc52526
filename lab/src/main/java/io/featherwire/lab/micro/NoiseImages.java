package io.featherwire.lab.micro;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Random;
import javax.imageio.ImageIO;

/** Makes image files of smooth noise, which are about as hard to encode as photographs of equal size. */
final class NoiseImages {

    private NoiseImages() {}

    static byte[] encodeFile(String format, int width, int height, long seed) {
        Random random = new Random(seed);
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        double[] phases = random.doubles(18, 0, 2 * Math.PI).toArray();
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int rgb = 0;
                for (int c = 0; c < 3; c++) {
                    double value = 0;
                    for (int k = 1; k <= 3; k++) {
                        value += Math.sin(k * 6.0 * x / width + phases[6 * c + k])
                                * Math.cos(k * 5.0 * y / height + phases[6 * c + k + 2])
                                / k;
                    }
                    int sample = (int) (128 + 60 * value + 12 * random.nextGaussian());
                    rgb = rgb << 8 | Math.max(0, Math.min(255, sample));
                }
                image.setRGB(x, y, rgb);
            }
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, format, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
