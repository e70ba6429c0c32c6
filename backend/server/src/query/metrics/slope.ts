/** Points that a slope is taken from at most; more are thinned evenly. The work grows with their square. */
const maxPoints = 120;

function thinned<T>(points: readonly T[]): readonly T[] {
  if (points.length <= maxPoints) return points;
  const step = (points.length - 1) / (maxPoints - 1);
  return Array.from({ length: maxPoints }, (_, i) => points[Math.round(i * step)] as T);
}

const median = (sorted: Float64Array): number => {
  const middle = sorted.length >> 1;
  const high = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? 0) + high) / 2;
};

/**
 * Growth by second as the median of the slopes between all pairs of points (Theil-Sen): a purge, a burst or a restart
 * that touches fewer than about three points in ten does not turn it.
 * @param points time in milliseconds, value
 * @returns null with fewer than three points, or no time between them
 */
export function robustSlope(points: readonly (readonly [ms: number, value: number])[]): number | null {
  const used = thinned(points);
  if (used.length < 3) return null;
  const slopes: number[] = [];
  for (let i = 0; i < used.length; i++) {
    for (let j = i + 1; j < used.length; j++) {
      const [t1, v1] = used[i] as readonly [number, number];
      const [t2, v2] = used[j] as readonly [number, number];
      if (t2 !== t1) slopes.push(((v2 - v1) * 1000) / (t2 - t1));
    }
  }
  return slopes.length === 0 ? null : median(Float64Array.from(slopes).sort());
}
