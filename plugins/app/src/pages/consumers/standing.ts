import type { ConsumerRow } from '@jetstream-console/contract';
import { streamUrl } from '../../components/parts';

export interface Look {
  readonly text: string;
  readonly to: string;
}

/** The messages of a stream from a sequence on, of a consumer's subjects where one filter says them all. */
function from(clusterId: string, { stream, filterSubjects }: ConsumerRow, seq: number): string {
  const [subject, ...others] = filterSubjects;
  const url = `${streamUrl(clusterId, stream, 'messages')}&seq=${seq}&direction=newer`;
  return subject === undefined || others.length > 0 ? url : `${url}&subject=${encodeURIComponent(subject)}`;
}

/**
 * Where the reason often stands: the message that is not acknowledged, and the one that would be next. The first after
 * the ack floor is the oldest of the unacknowledged, if any are; redelivered ones come before what is next.
 */
export function looksOf(clusterId: string, row: ConsumerRow): readonly Look[] {
  const { ackPending, ackFloorStreamSeq, deliveredStreamSeq, lag } = row;
  const oldest =
    (ackPending ?? 0) > 0 && ackFloorStreamSeq !== null
      ? [{ text: 'Oldest unacknowledged', to: from(clusterId, row, ackFloorStreamSeq + 1) }]
      : [];
  const next =
    (lag ?? 0) > 0 && deliveredStreamSeq !== null
      ? [{ text: 'What it delivers next', to: from(clusterId, row, deliveredStreamSeq + 1) }]
      : [];
  return [...oldest, ...next];
}
