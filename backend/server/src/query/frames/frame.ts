/** What Grafana shows beside a field; the names are Grafana's own (FieldConfig). */
export interface FieldConfig {
  readonly displayName?: string;
  readonly displayNameFromDS?: string;
  readonly unit?: string;
  readonly description?: string;
  readonly interval?: number;
}

interface FieldHead {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly config?: FieldConfig;
}

/** Values by type; null is "not known", which is not zero. Times are milliseconds since 1970, fractions kept. */
export type Field =
  | (FieldHead & { readonly type: 'time'; readonly values: readonly (number | null)[] })
  | (FieldHead & { readonly type: 'number'; readonly values: readonly (number | null)[] })
  | (FieldHead & { readonly type: 'string'; readonly values: readonly (string | null)[] })
  | (FieldHead & { readonly type: 'boolean'; readonly values: readonly (boolean | null)[] })
  | (FieldHead & { readonly type: 'json'; readonly values: readonly unknown[] });
export type FieldType = Field['type'];

/** Kinds of frames as Grafana's data plane contract names them. */
export type FrameKind = 'timeseries-multi' | 'numeric-long' | 'log-lines' | 'table';

export interface FrameMeta {
  readonly type?: FrameKind;
  readonly typeVersion?: readonly [number, number];
  readonly preferredVisualisationType?: 'graph' | 'table' | 'logs';
  readonly executedQueryString?: string;
  readonly notices?: readonly { readonly severity: 'info' | 'warning' | 'error'; readonly text: string }[];
  readonly custom?: Readonly<Record<string, unknown>>;
}

/** A table of columns of equal length: what every kind of query answers, before it is known how it travels. */
export interface Frame {
  readonly name?: string;
  readonly meta?: FrameMeta;
  readonly fields: readonly Field[];
}

export const lengthOf = (frame: Frame): number => frame.fields[0]?.values.length ?? 0;
export const valuesIn = (frames: readonly Frame[]): number =>
  frames.reduce((sum, frame) => sum + lengthOf(frame) * frame.fields.length, 0);

/** A field is nullable where it holds a null: alerting treats the two kinds alike, and a plain column is smaller. */
export const isNullable = (field: Field): boolean =>
  (field.values as readonly unknown[]).some((value) => value === null || value === undefined);

/** One query's answer. An error may come with frames: what was found until then. */
export interface QueryAnswer {
  readonly refId: string;
  readonly status: number;
  readonly error?: string;
  readonly errorSource?: 'downstream' | 'plugin';
  readonly frames: readonly Frame[];
}
