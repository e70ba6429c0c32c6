import { z } from 'zod';

/**
 * Grafana 12.3's provisioning files as its own structs read them (pkg/services/provisioning/<kind>/types.go), strictly:
 * Grafana passes over keys that it does not know, so a slip of a key would be found by nobody.
 */
const apiVersion = z.literal(1);
const orgId = z.int().min(1);
const uid = z.string().regex(/^[A-Za-z0-9_-]{1,40}$/);
const strings = z.record(z.string(), z.string());
/** Go's durations as Prometheus writes them */
const duration = z.string().regex(/^(0s|([1-9]\d*(ms|[smhdw]))+)$/);

export const appsFile = z.strictObject({
  apiVersion,
  apps: z
    .array(
      z.strictObject({
        type: z.string(),
        org_id: orgId,
        disabled: z.boolean(),
        jsonData: strings,
        secureJsonData: strings,
      }),
    )
    .min(1),
});

export const datasourcesFile = z.strictObject({
  apiVersion,
  datasources: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        type: z.string(),
        uid,
        access: z.literal('proxy'),
        orgId,
        isDefault: z.boolean(),
        editable: z.boolean(),
        jsonData: strings,
        secureJsonData: strings,
      }),
    )
    .min(1),
});

export const dashboardsFile = z.strictObject({
  apiVersion,
  providers: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        orgId,
        type: z.literal('file'),
        folder: z.string().min(1),
        disableDeletion: z.boolean(),
        editable: z.boolean(),
        allowUiUpdates: z.boolean(),
        updateIntervalSeconds: z.int().min(1),
        options: z.strictObject({ path: z.string(), foldersFromFilesStructure: z.boolean() }),
      }),
    )
    .min(1),
});

const evaluator = z.strictObject({
  type: z.enum(['gt', 'lt', 'within_range', 'outside_range']),
  params: z.array(z.number()).min(1).max(2),
});
const refId = z.string().regex(/^[A-Z]{1,16}$/);
const expressionModel = z.discriminatedUnion('type', [
  z.strictObject({
    refId,
    type: z.literal('reduce'),
    expression: refId,
    reducer: z.enum(['last', 'mean', 'min', 'max', 'sum', 'count']),
    settings: z.strictObject({ mode: z.enum(['', 'dropNN', 'replaceNN']) }),
  }),
  z.strictObject({ refId, type: z.literal('math'), expression: z.string().min(1) }),
  z.strictObject({
    refId,
    type: z.literal('threshold'),
    expression: refId,
    conditions: z.array(z.strictObject({ evaluator })).length(1),
  }),
]);
const queryModel = z.strictObject({
  refId,
  v: z.literal(1),
  intervalMs: z.int().min(1000),
  maxDataPoints: z.int().min(1),
  spec: z.record(z.string(), z.unknown()),
});

const data = z.union([
  z.strictObject({ refId, datasourceUid: z.literal('__expr__'), model: expressionModel }),
  z.strictObject({
    refId,
    relativeTimeRange: z.strictObject({ from: z.int().min(60), to: z.int().min(0) }),
    datasourceUid: uid,
    model: queryModel,
  }),
]);
export type RuleData = z.infer<typeof data>;

const rule = z.strictObject({
  uid,
  title: z.string().min(1).max(190),
  condition: refId,
  data: z.array(data).min(2),
  for: duration,
  keepFiringFor: duration.optional(),
  noDataState: z.enum(['NoData', 'OK', 'Alerting', 'KeepLast']),
  execErrState: z.enum(['OK', 'Alerting', 'Error', 'KeepLast']),
  missing_series_evals_to_resolve: z.int().min(1).optional(),
  isPaused: z.boolean(),
  dashboardUid: z.string(),
  panelId: z.int(),
  labels: z
    .strictObject({
      severity: z.enum(['info', 'warning', 'critical']),
      __grafana_origin: z.literal('plugin/natsconsole-jetstream-app'),
      resource: z.string(),
    })
    .partial({ resource: true }),
  annotations: z.strictObject({ summary: z.string().min(10), description: z.string().min(20) }),
  notification_settings: z
    .strictObject({
      receiver: z.string().min(1),
      group_by: z.array(z.string()).min(1),
      group_wait: duration,
      group_interval: duration,
      repeat_interval: duration,
    })
    .optional(),
});
export type Rule = z.infer<typeof rule>;

export const rulesFile = z.strictObject({
  apiVersion,
  groups: z
    .array(
      z.strictObject({
        orgId,
        name: z.string().min(1),
        folder: z.string().min(1),
        interval: duration,
        rules: z.array(rule).min(1),
      }),
    )
    .min(1),
});

export const contactPointsFile = z.strictObject({
  apiVersion,
  contactPoints: z
    .array(
      z.strictObject({
        orgId,
        name: z.string().min(1),
        receivers: z
          .array(z.strictObject({ uid, type: z.string(), disableResolveMessage: z.boolean(), settings: strings }))
          .min(1),
      }),
    )
    .min(1),
});

const matcher = z.tuple([z.string(), z.enum(['=', '!=', '=~', '!~']), z.string()]);
const routing = {
  receiver: z.string().min(1),
  group_by: z.array(z.string()).min(1),
  group_wait: duration,
  group_interval: duration,
  repeat_interval: duration,
};
export const policiesFile = z.strictObject({
  apiVersion,
  policies: z
    .array(
      z.strictObject({
        orgId,
        ...routing,
        routes: z.array(z.strictObject({ ...routing, object_matchers: z.array(matcher).min(1) })),
      }),
    )
    .min(1),
});
