package io.featherwire.evaluation.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.util.Locale;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler;

/**
 * The common style of all charts: white background, light grid lines, and the palette of Okabe and Ito for colour-blind
 * readers.
 */
final class ChartStyle {

    static final Color BLUE = new Color(0x0072B2);
    static final Color ORANGE = new Color(0xE69F00);
    static final Color GREEN = new Color(0x009E73);
    static final Color RED = new Color(0xD55E00);
    static final Color PURPLE = new Color(0xCC79A7);
    static final Color SKY = new Color(0x56B4E9);
    static final Color INK = new Color(0x333333);
    static final Color GREY = new Color(0x888888);

    static final BasicStroke SOLID = new BasicStroke(2f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
    static final BasicStroke THIN = new BasicStroke(1.4f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND);
    static final BasicStroke DASHED =
            new BasicStroke(1.4f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1f, new float[] {6f, 5f}, 0f);
    static final BasicStroke DOTTED =
            new BasicStroke(1.4f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND, 1f, new float[] {1f, 5f}, 0f);

    private static final String FAMILY = Font.SANS_SERIF;

    private ChartStyle() {}

    static Font plain(int size) {
        return new Font(FAMILY, Font.PLAIN, size);
    }

    static Font bold(int size) {
        return new Font(FAMILY, Font.BOLD, size);
    }

    static void apply(AxesChartStyler styler) {
        styler.setChartBackgroundColor(Color.WHITE)
                .setChartFontColor(INK)
                .setPlotBackgroundColor(Color.WHITE)
                .setPlotBorderVisible(false)
                .setChartTitleBoxVisible(false)
                .setChartTitleFont(bold(16))
                .setChartTitlePadding(10)
                .setChartPadding(14)
                .setLegendBorderColor(Color.WHITE)
                .setLegendBackgroundColor(Color.WHITE)
                .setLegendFont(plain(13))
                .setLegendPosition(Styler.LegendPosition.OutsideS)
                .setLegendLayout(Styler.LegendLayout.Horizontal)
                .setLegendPadding(8)
                .setAnnotationTextFont(plain(13))
                .setAnnotationTextFontColor(INK)
                .setAntiAlias(true);
        styler.setLocale(Locale.ROOT)
                .setAxisTitleFont(plain(14))
                .setAxisTickLabelsFont(plain(12))
                .setAxisTickLabelsColor(INK)
                .setAxisTickMarksColor(new Color(0xBBBBBB))
                .setPlotGridLinesColor(new Color(0xE6E6E6))
                .setPlotGridLinesStroke(new BasicStroke(1f))
                .setPlotGridVerticalLinesVisible(false);
    }
}
