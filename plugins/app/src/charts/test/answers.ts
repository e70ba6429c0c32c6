import type { QueryResponse } from '@jetstream-console/contract';

interface Line {
  readonly labels?: Record<string, string>;
  readonly name?: string;
  readonly unit?: string;
  readonly values: readonly (number | null)[];
}

/** A frame of one line as the console writes it: a minute a value, from 12:00. */
export const start = Date.parse('2026-01-01T12:00:00Z');
const frameOf = ({ labels = {}, name = 'published', unit = 'cps', values }: Line) => ({
  schema: {
    name: 'x',
    fields: [
      { name: 'time', type: 'time', typeInfo: { frame: 'time.Time' } },
      {
        name,
        type: 'number',
        labels,
        config: {
          unit,
          displayNameFromDS: Object.values(labels).join(' > ') || 'Published',
          description: 'state.last_seq',
        },
      },
    ],
  },
  data: { values: [values.map((_, i) => start + i * 60_000), [...values]] },
});

export const lines = (...given: Line[]): QueryResponse['results'][string] => ({
  status: 200,
  frames: given.map(frameOf),
});

export const events = (
  ...given: [ms: number, title: string, severity: string][]
): QueryResponse['results'][string] => ({
  status: 200,
  frames: [
    {
      schema: {
        fields: ['time', 'title', 'severity'].map((name) => ({ name, type: name === 'time' ? 'time' : 'string' })),
      },
      data: { values: [0, 1, 2].map((i) => given.map((event) => event[i])) },
    },
  ],
});

export const refused = (status: number, error: string): QueryResponse['results'][string] => ({
  status,
  error,
  errorSource: 'downstream',
  frames: [],
});
