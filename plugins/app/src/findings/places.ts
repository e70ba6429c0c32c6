import { consumerUrl, deadLettersUrl, pageUrl, streamUrl } from '../components/parts';
import type { Finding } from './grouping';

/** The ephemeral consumers of a stream are one series, which has no page. */
const ephemerals = '*ephemeral';

/** The page of what a finding is about; things in other accounts have none here, so it is the cluster's. */
export function placeOf({ rule, cluster, subject: { account, stream, consumer } }: Finding): {
  to: string;
  text: string;
} {
  if (rule === 'dead_letters' && account === null && stream !== null && consumer !== null)
    return { to: deadLettersUrl(cluster.id, stream, consumer), text: 'Open its dead letters' };
  if (account === null && stream !== null && consumer !== null && consumer !== ephemerals)
    return { to: consumerUrl(cluster.id, stream, consumer), text: 'Open the consumer' };
  if (account === null && stream !== null) return { to: streamUrl(cluster.id, stream), text: 'Open the stream' };
  return { to: pageUrl(`clusters/${cluster.id}`), text: 'Open the cluster' };
}
