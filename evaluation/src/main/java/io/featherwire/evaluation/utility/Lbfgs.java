package io.featherwire.evaluation.utility;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * Minimises a smooth convex function of many variables by L-BFGS (Liu and Nocedal 1989), with the caller's estimate of
 * the inverse Hessian's diagonal and a backtracking line search.
 */
final class Lbfgs {

    /** A function with its gradient. */
    interface Objective {
        /** Returns the value at a point and writes the gradient. */
        double evaluate(float[] point, float[] gradient);
    }

    private record Step(float[] pointChange, float[] gradientChange, double inverseCurvature) {}

    private static final int MEMORY = 8;
    private static final int HALVINGS = 40;
    private static final double SUFFICIENT = 1e-4;

    private final int most;
    private final double tolerance;

    /**
     * @param max maximum number of evaluations of the function
     * @param tolerance minimum relative decrease of the value; the first step below it is the last
     */
    Lbfgs(int max, double tolerance) {
        this.most = max;
        this.tolerance = tolerance;
    }

    /**
     * Returns the point with the lowest value found.
     *
     * @param start initial point, not changed
     * @param diagonal estimate of the inverse Hessian's diagonal: positive, one value per variable
     */
    float[] minimise(Objective objective, float[] start, float[] diagonal) {
        float[] point = start.clone();
        float[] gradient = new float[point.length];
        double value = objective.evaluate(point, gradient);
        Deque<Step> steps = new ArrayDeque<>();
        int evaluations = 1;
        while (evaluations < most) {
            float[] direction = direction(gradient, steps, diagonal);
            double slope = dot(direction, gradient);
            double length = 1;
            float[] next = point;
            float[] nextGradient = new float[point.length];
            double nextValue = Double.POSITIVE_INFINITY;
            for (int i = 0; i <= HALVINGS; i++, length /= 2) {
                next = addScaled(point, direction, -length);
                nextValue = objective.evaluate(next, nextGradient);
                evaluations++;
                if (nextValue <= value - SUFFICIENT * length * slope) {
                    break;
                }
            }
            if (!(nextValue < value)) {
                break;
            }
            addStep(steps, difference(next, point), difference(nextGradient, gradient));
            double gained = value - nextValue;
            point = next;
            gradient = nextGradient;
            value = nextValue;
            if (gained < tolerance * value) {
                break;
            }
        }
        return point;
    }

    private static void addStep(Deque<Step> steps, float[] pointChange, float[] gradientChange) {
        double curvature = dot(pointChange, gradientChange);
        if (curvature > 0) {
            steps.addLast(new Step(pointChange, gradientChange, 1 / curvature));
            if (steps.size() > MEMORY) {
                steps.removeFirst();
            }
        }
    }

    /** The search direction, by the two-loop recursion over the last steps. */
    private static float[] direction(float[] gradient, Deque<Step> steps, float[] diagonal) {
        float[] direction = gradient.clone();
        List<Double> shares = new ArrayList<>();
        for (Iterator<Step> latest = steps.descendingIterator(); latest.hasNext(); ) {
            Step step = latest.next();
            double share = step.inverseCurvature() * dot(step.pointChange(), direction);
            shares.add(share);
            direction = addScaled(direction, step.gradientChange(), -share);
        }
        double scale = scale(steps, diagonal);
        for (int i = 0; i < direction.length; i++) {
            direction[i] *= (float) (scale * diagonal[i]);
        }
        int i = shares.size();
        for (Step step : steps) {
            double share = shares.get(--i) - step.inverseCurvature() * dot(step.gradientChange(), direction);
            direction = addScaled(direction, step.pointChange(), share);
        }
        return direction;
    }

    /** The scale of the initial inverse Hessian, from the curvature of the last step. */
    private static double scale(Deque<Step> steps, float[] diagonal) {
        if (steps.isEmpty()) {
            return 1;
        }
        Step last = steps.getLast();
        double curvature = 0;
        for (int i = 0; i < diagonal.length; i++) {
            curvature += (double) last.gradientChange()[i] * last.gradientChange()[i] * diagonal[i];
        }
        return 1 / (last.inverseCurvature() * curvature);
    }

    /** Returns a + factor · b. */
    private static float[] addScaled(float[] a, float[] b, double factor) {
        float[] sum = new float[a.length];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = (float) (a[i] + factor * b[i]);
        }
        return sum;
    }

    private static float[] difference(float[] a, float[] b) {
        return addScaled(a, b, -1);
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }
}
