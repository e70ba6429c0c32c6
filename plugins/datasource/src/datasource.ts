import {
  LoadingState,
  type AdHocVariableFilter,
  type CoreApp,
  type DataQueryError,
  type DataQueryRequest,
  type DataQueryResponse,
  type DataSourceGetTagKeysOptions,
  type DataSourceGetTagValuesOptions,
  type DataSourceInstanceSettings,
  type MetricFindValue,
  type QueryFixAction,
  type ScopedVars,
  type TestDataSourceResponse,
} from '@grafana/data';
import { config, DataSourceWithBackend, getGrafanaLiveSrv, getTemplateSrv, HealthStatus } from '@grafana/runtime';
import { map, merge, of, type Observable } from 'rxjs';
import { annotations } from './annotations';
import { dimensionLabels } from './labels';
import { isLive, reasonOf, watch } from './live/live';
import { applyAdHoc } from './query/adhoc';
import { defaultQuery } from './query/defaults';
import { displayText } from './query/display';
import { interpolateSpec } from './query/interpolate';
import { currentQuery } from './query/migrate';
import { missingIn } from './query/missing';
import { modifySpec } from './query/modify';
import { tagKeys, tagValuesInput } from './query/tags';
import { makeResources, type Resources } from './resources';
import type { JetStreamOptions, JetStreamQuery } from './types';
import { JetStreamVariables } from './variables/support';

export class JetStreamDataSource extends DataSourceWithBackend<JetStreamQuery, JetStreamOptions> {
  readonly resources: Resources;
  override annotations = annotations;

  constructor(settings: DataSourceInstanceSettings<JetStreamOptions>) {
    super(settings);
    // A suggestion that cannot be fetched is said beside its field, not in a toast.
    const quiet = { showErrorAlert: false };
    this.resources = makeResources({
      get: (path, params) => this.getResource(path, params, quiet),
      post: (path, body) => this.postResource(path, body, quiet),
    });
    this.variables = new JetStreamVariables(this);
  }

  override getDefaultQuery(app: CoreApp): Partial<JetStreamQuery> {
    return defaultQuery(app);
  }

  /** A query that cannot be read is let through: asked, it says why. */
  override filterQuery(query: JetStreamQuery): boolean {
    if (query.hide) return false;
    try {
      return missingIn(currentQuery(query).spec) === null;
    } catch {
      return true;
    }
  }

  override getQueryDisplayText(query: JetStreamQuery): string {
    try {
      return displayText(currentQuery(query).spec);
    } catch (error) {
      return reasonOf(error);
    }
  }

  override targetContainsTemplate(query: JetStreamQuery): boolean {
    return getTemplateSrv().containsTemplate(JSON.stringify(query.spec ?? query));
  }

  override applyTemplateVariables(
    query: JetStreamQuery,
    scopedVars: ScopedVars,
    filters?: AdHocVariableFilter[],
  ): JetStreamQuery {
    const current = currentQuery(query);
    const spec = interpolateSpec(current.spec, (text, format) => getTemplateSrv().replace(text, scopedVars, format));
    return { ...current, spec: applyAdHoc(spec, filters) };
  }

  override modifyQuery(query: JetStreamQuery, action: QueryFixAction): JetStreamQuery {
    const current = currentQuery(query);
    return { ...current, spec: modifySpec(current.spec, action) };
  }

  /** One query that cannot be asked fails by itself, the others are answered. */
  override query(request: DataQueryRequest<JetStreamQuery>): Observable<DataQueryResponse> {
    const asked: JetStreamQuery[] = [];
    const watched: JetStreamQuery[] = [];
    const errors: DataQueryError[] = [];
    for (const target of request.targets) {
      try {
        const query = this.applyTemplateVariables(target, request.scopedVars, request.filters);
        // A public dashboard has no person to give a ticket to.
        if (isLive(query, request) && !config.publicDashboardAccessToken) watched.push(query);
        else asked.push(target);
      } catch (error) {
        errors.push({ refId: target.refId, message: reasonOf(error) });
      }
    }
    const deps = { uid: this.uid, resources: this.resources, live: getGrafanaLiveSrv };
    const answers = watched.map((query) => watch(query, request, deps));
    if (asked.length > 0 || answers.length === 0)
      answers.push(
        asked.length > 0
          ? super.query({ ...request, targets: asked }).pipe(map((response) => withErrors(response, errors)))
          : of(withErrors({ data: [] }, errors)),
      );
    else if (errors.length > 0) answers.push(of(withErrors({ data: [], key: 'refused' }, errors)));
    return merge(...answers);
  }

  /** Beside the sentence: versions, roles and how long the console took, where it is well too. */
  override async testDatasource(): Promise<TestDataSourceResponse> {
    const { status, message, details } = await this.callHealthCheck();
    if (status !== HealthStatus.OK) return super.testDatasource();
    const verbose = details?.['verboseMessage'];
    return { status: 'success', message, ...(typeof verbose === 'string' && { details: { verboseMessage: verbose } }) };
  }

  override async getTagKeys(options?: DataSourceGetTagKeysOptions<JetStreamQuery>): Promise<MetricFindValue[]> {
    return tagKeys(options?.queries).map((value) => ({ value, text: dimensionLabels[value] }));
  }

  override async getTagValues({
    key,
    filters,
  }: DataSourceGetTagValuesOptions<JetStreamQuery>): Promise<MetricFindValue[]> {
    const input = tagValuesInput(key, filters);
    return input ? (await this.resources.values(input)).items : [];
  }
}

function withErrors(response: DataQueryResponse, added: readonly DataQueryError[]): DataQueryResponse {
  if (added.length === 0) return response;
  const errors = [...(response.errors ?? []), ...added];
  return { ...response, errors, error: errors[0], state: LoadingState.Error };
}
