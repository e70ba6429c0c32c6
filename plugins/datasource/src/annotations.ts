import type { AnnotationQuery, AnnotationSupport } from '@grafana/data';
import { queryVersion } from '@jetstream-console/contract';
import { AnnotationEditor } from './editor/AnnotationEditor';
import { annotationSpec } from './query/defaults';
import { currentQuery } from './query/migrate';
import { missingIn } from './query/missing';
import type { JetStreamQuery } from './types';

/** Advisories and acts as marks on every graph of a dashboard. Grafana's own mapping finds time, title, text and tags. */
export const annotations: AnnotationSupport<JetStreamQuery> = {
  QueryEditor: AnnotationEditor,
  getDefaultQuery: () => ({ v: queryVersion, spec: annotationSpec }),
  prepareQuery: ({ target }: AnnotationQuery<JetStreamQuery>) => {
    const query = target ? currentQuery(target) : undefined;
    return query && missingIn(query.spec) === null ? query : undefined;
  },
};
