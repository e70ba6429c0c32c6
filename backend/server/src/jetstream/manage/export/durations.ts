const units: readonly (readonly [name: string, nanoseconds: bigint])[] = [
  ['h', 3_600_000_000_000n],
  ['m', 60_000_000_000n],
  ['s', 1_000_000_000n],
  ['ms', 1_000_000n],
  ['us', 1000n],
  ['ns', 1n],
];

export const isWhole = (value: unknown): value is number | bigint =>
  typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value));

/** A duration as Go writes one: `36h`, `1h30m`, `250ms`. */
export function goDuration(value: number | bigint): string {
  let rest = BigInt(value);
  const parts = units.flatMap(([name, size]) => {
    const count = rest / size;
    rest %= size;
    return count > 0n ? [`${count}${name}`] : [];
  });
  return parts.join('') || '0s';
}

/** Whole seconds, or null where the duration is none. */
export const wholeSeconds = (value: number | bigint): bigint | null =>
  BigInt(value) % 1_000_000_000n === 0n ? BigInt(value) / 1_000_000_000n : null;
