import type { Field, Frame } from '../frames/frame';

/**
 * Frames of one series each as one frame with a column a series: what a live channel sends, since a channel has one
 * schema. Only buckets from `first` on, up to `last`.
 */
export function toWide(frames: readonly Frame[], firstMs: number, lastMs: number): Frame | null {
  const times = new Set<number>();
  for (const { fields } of frames)
    for (const ms of fields[0]?.values ?? [])
      if (typeof ms === 'number' && ms >= firstMs && ms <= lastMs) times.add(ms);
  if (times.size === 0) return null;
  const order = [...times].sort((a, b) => a - b);
  const columns = frames.flatMap(({ fields }): Field[] => {
    const [time, value] = fields;
    if (time?.type !== 'time' || value?.type !== 'number') return [];
    const at = new Map(time.values.map((ms, i) => [ms, value.values[i] ?? null]));
    return [{ ...value, values: order.map((ms) => at.get(ms) ?? null) }];
  });
  return { fields: [{ name: 'time', type: 'time', values: order }, ...columns] };
}
