package io.featherwire.codec.image;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/** Writes PNG files of noise with the platform's writer. */
final class NoisyPng {

    private NoisyPng() {}

    static byte[] of(int width, int height, int type, boolean interlaced) {
        return of(ImageTypeSpecifier.createFromBufferedImageType(type), width, height, interlaced);
    }

    static byte[] of(ImageTypeSpecifier type, int width, int height, boolean interlaced) {
        ColorModel colors = type.getColorModel();
        WritableRaster raster = WritableRaster.createWritableRaster(type.getSampleModel(width, height), null);
        Random random = new Random(7);
        int[] pixel = new int[raster.getNumBands()];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                for (int b = 0; b < pixel.length; b++) {
                    pixel[b] = random.nextInt(1 << raster.getSampleModel().getSampleSize(b));
                }
                raster.setPixel(x, y, pixel);
            }
        }
        ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
            ImageWriteParam param = writer.getDefaultWriteParam();
            param.setProgressiveMode(interlaced ? ImageWriteParam.MODE_DEFAULT : ImageWriteParam.MODE_DISABLED);
            writer.setOutput(stream);
            writer.write(null, new IIOImage(new BufferedImage(colors, raster, false, null), null, null), param);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writer.dispose();
        }
        return out.toByteArray();
    }
}
