import type { JetStreamDataSource } from '../../datasource';
import { useValueOptions } from './options';
import { ValuesField } from './ValueFields';

interface Props {
  datasource: JetStreamDataSource;
  value: readonly string[];
  onChange: (clusters: string[]) => void;
}

export function ClustersField({ datasource, value, onChange }: Props) {
  const load = useValueOptions(datasource, { of: 'cluster' });
  return (
    <ValuesField label="Clusters" placeholder="All that I may see" load={load} values={value} onChange={onChange} />
  );
}
