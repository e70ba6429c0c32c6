/** What of a bucket decides whether and how its keys are written. */
export interface Writing {
  /** why nothing can be written, or null */
  readonly not: string | null;
  /** values may say when they expire */
  readonly ttl: boolean;
}

export function writingOf(config: Readonly<Record<string, unknown>>, mirrorOf: string | null): Writing {
  return {
    not:
      config['sealed'] === true
        ? 'This bucket is sealed: nothing in it can be changed any more.'
        : mirrorOf !== null
          ? `This bucket mirrors ${mirrorOf}: write there, and it comes here by itself.`
          : null,
    ttl: config['allow_msg_ttl'] === true,
  };
}
