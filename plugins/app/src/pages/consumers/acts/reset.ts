import type { ResetTarget } from '@jetstream-console/contract';
import { parseCount } from '../../../assetConfig/amounts';
import { instantOf } from '../../stream/filter';

export interface ResetForm {
  readonly to: ResetTarget['to'];
  readonly seq: string;
  readonly time: string;
}

/** Where the form says the consumer is to go; null while it does not say. */
export function targetOf({ to, seq, time }: ResetForm): ResetTarget | null {
  switch (to) {
    case 'ack_floor':
      return { to };
    case 'sequence': {
      const parsed = parseCount(seq);
      return 'value' in parsed && parsed.value !== undefined && parsed.value > 0 ? { to, seq: parsed.value } : null;
    }
    case 'time': {
      const instant = instantOf(time);
      return instant === null ? null : { to, time: instant };
    }
  }
}
