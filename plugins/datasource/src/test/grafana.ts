import { LoadingState, toDataFrame, type DataQueryResponse, type DataSourceInstanceSettings } from '@grafana/data';
import {
  setBackendSrv,
  setDataSourceSrv,
  setGrafanaLiveSrv,
  setTemplateSrv,
  type BackendSrv,
  type BackendSrvRequest,
  type DataSourceSrv,
  type FetchResponse,
  type GrafanaLiveSrv,
  type LiveDataStreamOptions,
  type TemplateSrv,
} from '@grafana/runtime';
import { from, of, throwError, type Observable } from 'rxjs';
import { JetStreamDataSource } from '../datasource';
import type { JetStreamOptions } from '../types';
import { replaceWith } from './templates';

export const settings = {
  id: 7,
  uid: 'jetstream-console',
  type: 'natsconsole-jetstream-datasource',
  name: 'JetStream Console',
  jsonData: {},
  meta: { id: 'natsconsole-jetstream-datasource' },
  access: 'proxy',
  readOnly: false,
} as Partial<DataSourceInstanceSettings<JetStreamOptions>> as DataSourceInstanceSettings<JetStreamOptions>;

type Answer = (request: BackendSrvRequest) => unknown;

interface Given {
  readonly variables?: Readonly<Record<string, unknown>>;
  /** by the start of the path; what is thrown is what Grafana's backend service throws */
  readonly answers?: Readonly<Record<string, Answer>>;
}

export interface Stage {
  readonly requests: BackendSrvRequest[];
  readonly streams: LiveDataStreamOptions[];
  readonly datasource: JetStreamDataSource;
}

const resources = `/api/datasources/uid/${settings.uid}/resources`;

/** The services that a page of Grafana has, as far as the datasource asks them; what it sends is kept. */
export function stage({ variables = {}, answers = {} }: Given = {}): Stage {
  const requests: BackendSrvRequest[] = [];
  const streams: LiveDataStreamOptions[] = [];
  const fetch = <T>(request: BackendSrvRequest): Observable<FetchResponse<T>> => {
    requests.push(request);
    const path = request.url.replace(resources, '');
    const answer = Object.entries(answers).find(([start]) => path.startsWith(start))?.[1];
    if (!answer) return throwError(() => ({ status: 404, data: { message: `nothing answers ${path}` } }));
    return from(
      Promise.resolve()
        .then(() => answer(request))
        .then((data) => ({ data, status: 200, ok: true }) as FetchResponse<T>),
    );
  };
  setBackendSrv({ fetch } as Partial<BackendSrv> as BackendSrv);
  setDataSourceSrv({ getInstanceSettings: () => settings } as Partial<DataSourceSrv> as DataSourceSrv);
  const live = {
    getDataStream: (options: LiveDataStreamOptions): Observable<DataQueryResponse> => {
      streams.push(options);
      return of({ key: options.key, state: LoadingState.Streaming, data: [toDataFrame({ fields: [] })] });
    },
  };
  setGrafanaLiveSrv(live as Partial<GrafanaLiveSrv> as GrafanaLiveSrv);
  const templates = {
    getVariables: () => Object.keys(variables).map((name) => ({ name })),
    containsTemplate: (text?: string) => Object.keys(variables).some((name) => text?.includes(`$${name}`)),
    replace: (text = '', _scoped: unknown, format: unknown) =>
      replaceWith(variables)(text, typeof format === 'function' ? (value) => String(format(value)) : String),
  };
  setTemplateSrv(templates as Partial<TemplateSrv> as TemplateSrv);
  return { requests, streams, datasource: new JetStreamDataSource(settings) };
}
