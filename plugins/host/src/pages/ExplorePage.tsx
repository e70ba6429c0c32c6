import {
  applyFieldOverrides,
  CoreApp,
  createTheme,
  dateTime,
  FieldType,
  LoadingState,
  type DataFrame,
  type DataQuery,
  type DataQueryRequest,
  type DataQueryResponse,
  type GrafanaTheme2,
  type TimeRange,
} from '@grafana/data';
import { Alert, Button, LegendDisplayMode, LoadingPlaceholder, Table, TimeSeries, useTheme2 } from '@grafana/ui';
import { useEffect, useState } from 'react';
import { useLocation } from 'react-router-dom';
import { from, type Subscription } from 'rxjs';
import { z } from 'zod';
import { loadDatasource, type LoadedDatasource } from '../services';

const panesSchema = z.record(z.string(), z.object({ queries: z.array(z.looseObject({ refId: z.string() })).min(1) }));

/** The first query of Explore's own URL: `?panes={"…":{"queries":[…]}}`. */
function queryOf(search: string): DataQuery | null {
  const panes = new URLSearchParams(search).get('panes');
  if (panes === null) return null;
  const [pane] = Object.values(panesSchema.parse(JSON.parse(panes)));
  return pane?.queries[0] ?? null;
}

const lastHour = (): TimeRange => {
  const range = { from: dateTime().subtract(1, 'hour'), to: dateTime() };
  return { ...range, raw: { from: 'now-1h', to: 'now' } };
};

/** One query in the plugin's own editor, run as Explore runs it, and what came of it. */
export function ExplorePage() {
  const [loaded, setLoaded] = useState<LoadedDatasource | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  useEffect(() => {
    loadDatasource().then(setLoaded, (error: unknown) => setFault(error instanceof Error ? error.message : 'failed'));
  }, []);
  if (fault) return <Alert severity="error" title={fault} />;
  return loaded ? <Query loaded={loaded} /> : <LoadingPlaceholder text="Loading data source" />;
}

function Query({ loaded: { plugin, instance, settings } }: { loaded: LoadedDatasource }) {
  const { search } = useLocation();
  const [query, setQuery] = useState<DataQuery>(() => ({
    refId: 'A',
    datasource: { uid: settings.uid, type: settings.type },
    ...(queryOf(search) ?? instance.getDefaultQuery?.(CoreApp.Explore)),
  }));
  const [answer, setAnswer] = useState<(DataQueryResponse & { range: TimeRange }) | null>(null);
  const [running, setRunning] = useState<Subscription | null>(null);
  useEffect(() => () => running?.unsubscribe(), [running]);
  const run = () => {
    const range = lastHour();
    const request: DataQueryRequest = {
      requestId: 'host-explore',
      app: CoreApp.Explore,
      range,
      interval: '15s',
      intervalMs: 15_000,
      maxDataPoints: 500,
      scopedVars: {},
      targets: [query],
      timezone: 'browser',
      startTime: Date.now(),
    };
    setRunning(
      from(instance.query(request)).subscribe({
        next: (response) => setAnswer({ ...response, range }),
        error: (error: unknown) =>
          setAnswer({
            data: [],
            range,
            state: LoadingState.Error,
            errors: [{ message: error instanceof Error ? error.message : JSON.stringify(error) }],
          }),
      }),
    );
  };
  const Editor = plugin.components.QueryEditor;
  const faults = answer?.errors ?? (answer?.error ? [answer.error] : []);
  return (
    <>
      {Editor && (
        <Editor
          datasource={instance}
          query={query}
          onChange={setQuery}
          onRunQuery={run}
          app={CoreApp.Explore}
          range={lastHour()}
        />
      )}
      <p>
        <Button icon="sync" onClick={run}>
          Run query
        </Button>
      </p>
      {faults.map((error) => (
        <Alert key={error.refId ?? error.message} severity="error" title={error.message ?? 'The query failed'} />
      ))}
      {answer && faults.length === 0 && <Frames frames={answer.data} range={answer.range} />}
    </>
  );
}

function shown(frames: DataFrame[], theme: GrafanaTheme2): DataFrame[] {
  return applyFieldOverrides({
    data: frames,
    fieldConfig: { defaults: {}, overrides: [] },
    replaceVariables: (text) => text,
    theme: createTheme({ colors: { mode: theme.colors.mode } }),
  });
}

function Frames({ frames, range }: { frames: DataFrame[]; range: TimeRange }) {
  const theme = useTheme2();
  if (frames.length === 0) return <p data-testid="no-data">No data</p>;
  const data = shown(frames, theme);
  const isSeries = data.every((frame) => frame.meta?.type?.startsWith('timeseries') ?? false);
  return (
    <div data-testid="frames">
      <p>
        {data.length} frames:{' '}
        {data
          .slice(0, 20)
          .map(({ name, refId }) => name ?? refId)
          .join(', ')}
      </p>
      {isSeries ? (
        <TimeSeries
          width={900}
          height={280}
          frames={data}
          timeRange={range}
          timeZone="browser"
          legend={{ showLegend: true, displayMode: LegendDisplayMode.List, placement: 'bottom', calcs: [] }}
        />
      ) : (
        data
          .slice(0, 3)
          .map((frame, i) => (
            <Table
              key={i}
              data={{ ...frame, fields: frame.fields.filter(({ type }) => type !== FieldType.other) }}
              width={900}
              height={300}
            />
          ))
      )}
    </div>
  );
}
