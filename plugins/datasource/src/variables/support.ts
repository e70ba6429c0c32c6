import {
  createDataFrame,
  CustomVariableSupport,
  FieldType,
  type DataQueryRequest,
  type DataQueryResponse,
} from '@grafana/data';
import { getTemplateSrv } from '@grafana/runtime';
import { from, type Observable } from 'rxjs';
import type { JetStreamDataSource } from '../datasource';
import type { JetStreamOptions, JetStreamQuery, VariableQuery } from '../types';
import { missingInVariable, variableInputs, variableQuery } from './query';
import { VariableEditor } from './VariableEditor';

/** Variables that list clusters, accounts, servers, streams, consumers, buckets or subjects. */
export class JetStreamVariables extends CustomVariableSupport<
  JetStreamDataSource,
  VariableQuery,
  JetStreamQuery,
  JetStreamOptions
> {
  readonly editor = VariableEditor;

  constructor(private readonly datasource: Pick<JetStreamDataSource, 'resources'>) {
    super();
  }

  override query(request: DataQueryRequest<VariableQuery>): Observable<DataQueryResponse> {
    return from(this.list(request));
  }

  private async list({ targets, scopedVars }: DataQueryRequest<VariableQuery>): Promise<DataQueryResponse> {
    const query = variableQuery(targets[0]);
    const inputs =
      missingInVariable(query) === null
        ? variableInputs(query, (text, format) => getTemplateSrv().replace(text, scopedVars, format))
        : [];
    const answers = await Promise.all(inputs.map((input) => this.datasource.resources.values(input)));
    // The same name in two clusters is one choice.
    const items = [...new Map(answers.flatMap(({ items }) => items).map((item) => [item.value, item.text]))];
    const frame = createDataFrame({
      refId: query.refId,
      fields: [
        { name: 'text', type: FieldType.string, values: items.map(([, text]) => text) },
        { name: 'value', type: FieldType.string, values: items.map(([value]) => value) },
      ],
    });
    return { data: [frame] };
  }

  override getDefaultQuery(): Partial<VariableQuery> {
    return variableQuery(null);
  }
}
