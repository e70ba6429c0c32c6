import { z } from 'zod';

/** Grafana's classic dashboard model as far as it is used here, and no further: a slip of a key is a failed test. */
const datasource = z.strictObject({ type: z.string(), uid: z.string() });
const target = z.strictObject({
  refId: z.string(),
  datasource,
  v: z.literal(1),
  spec: z.record(z.string(), z.unknown()),
});
export type Target = z.infer<typeof target>;

const link = z.strictObject({ title: z.string().min(1), url: z.string().min(1) });
const step = z.strictObject({ color: z.string(), value: z.number().nullable() });
const mapping = z.strictObject({
  type: z.literal('value'),
  options: z.record(z.string(), z.strictObject({ index: z.int(), text: z.string() })),
});
const fieldConfig = z.strictObject({
  defaults: z.strictObject({
    unit: z.string().min(1),
    min: z.number().optional(),
    max: z.number().optional(),
    color: z.strictObject({ mode: z.enum(['thresholds', 'palette-classic']) }).optional(),
    thresholds: z.strictObject({ mode: z.literal('absolute'), steps: z.array(step).min(1) }).optional(),
    mappings: z.array(mapping).optional(),
    links: z.array(link).optional(),
    custom: z.record(z.string(), z.unknown()).optional(),
  }),
  overrides: z.array(
    z.strictObject({
      matcher: z.strictObject({ id: z.enum(['byName', 'byRegexp']), options: z.string() }),
      properties: z.array(z.strictObject({ id: z.string(), value: z.unknown() })),
    }),
  ),
});

const gridPos = z.strictObject({
  x: z.int().min(0).max(23),
  y: z.int().min(0),
  w: z.int().min(1).max(24),
  h: z.int().min(1),
});
const row = z.strictObject({
  id: z.int(),
  type: z.literal('row'),
  title: z.string().min(1),
  collapsed: z.literal(false),
  panels: z.array(z.never()),
  gridPos,
});
const panel = z.strictObject({
  id: z.int(),
  type: z.enum(['timeseries', 'stat', 'bargauge', 'table']),
  title: z.string().min(1),
  description: z.string().min(20),
  datasource,
  targets: z.array(target).min(1),
  fieldConfig,
  options: z.record(z.string(), z.unknown()),
  gridPos,
});
export type Panel = z.infer<typeof panel>;

const hide = z.union([z.literal(0), z.literal(1), z.literal(2)]);
const variable = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('datasource'),
    name: z.string(),
    label: z.string(),
    query: z.literal('natsconsole-jetstream-datasource'),
    current: z.strictObject({}),
    hide,
    includeAll: z.boolean(),
    multi: z.boolean(),
    options: z.array(z.never()),
    refresh: z.int(),
    regex: z.string(),
    skipUrlSync: z.boolean(),
  }),
  z.strictObject({
    type: z.literal('query'),
    name: z.string(),
    label: z.string(),
    datasource,
    query: z.record(z.string(), z.string()),
    definition: z.string(),
    refresh: z.literal(2),
    sort: z.int(),
    multi: z.boolean(),
    includeAll: z.literal(true),
    /** leaves the filter out */
    allValue: z.literal('*'),
    current: z.strictObject({ selected: z.boolean(), text: z.array(z.string()), value: z.array(z.string()) }),
    hide,
    options: z.array(z.never()),
    regex: z.string(),
    skipUrlSync: z.boolean(),
  }),
  z.strictObject({
    type: z.literal('adhoc'),
    name: z.string(),
    label: z.string(),
    datasource,
    filters: z.array(z.never()),
    baseFilters: z.array(z.never()),
    hide,
    skipUrlSync: z.boolean(),
  }),
]);

const annotation = z.union([
  z.strictObject({
    builtIn: z.literal(1),
    name: z.string(),
    datasource,
    enable: z.boolean(),
    hide: z.boolean(),
    iconColor: z.string(),
    type: z.literal('dashboard'),
  }),
  z.strictObject({
    name: z.string(),
    datasource,
    enable: z.boolean(),
    hide: z.boolean(),
    iconColor: z.string(),
    target,
  }),
]);

const dashboardLink = z.strictObject({
  type: z.enum(['dashboards', 'link']),
  title: z.string().min(1),
  tags: z.array(z.string()),
  asDropdown: z.boolean(),
  includeVars: z.boolean(),
  keepTime: z.boolean(),
  icon: z.string(),
  targetBlank: z.boolean(),
  tooltip: z.string(),
  url: z.string(),
});

export const dashboard = z.strictObject({
  uid: z.string().regex(/^[a-z0-9-]{1,40}$/),
  title: z.string().min(1),
  description: z.string().min(20),
  tags: z.array(z.string()).min(1),
  /** the newest that Grafana 12.3 reads */
  schemaVersion: z.literal(42),
  version: z.int(),
  editable: z.boolean(),
  graphTooltip: z.int(),
  timezone: z.literal(''),
  weekStart: z.literal(''),
  fiscalYearStartMonth: z.literal(0),
  refresh: z.string(),
  time: z.strictObject({ from: z.string(), to: z.string() }),
  timepicker: z.strictObject({}),
  links: z.array(dashboardLink),
  annotations: z.strictObject({ list: z.array(annotation) }),
  templating: z.strictObject({ list: z.array(variable) }),
  panels: z.array(z.discriminatedUnion('type', [row, panel])).min(1),
});
export type Dashboard = z.infer<typeof dashboard>;
