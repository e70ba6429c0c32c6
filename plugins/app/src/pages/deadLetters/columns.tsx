import { Badge } from '@grafana/ui';
import type { DeadLetter } from '@jetstream-console/contract';
import type { Column } from '../../components/DataTable';
import { Count, Quiet } from '../../components/parts';
import { ago, exact, time } from '../../format';
import { copyWords, fateOf, reasonWords, stateColors, stateWords } from './words';

/** @param narrow a letter is open beside the list */
export const columnsOf = (narrow: boolean): Column<DeadLetter>[] => [
  { id: 'at', header: 'When', nowrap: true, cell: (row) => <span title={time(row.at)}>{ago(row.at)}</span> },
  {
    id: 'message',
    header: 'Message',
    nowrap: true,
    cell: (row) => `${row.stream} ${exact(row.seq)}`,
  },
  ...(narrow
    ? []
    : [
        { id: 'consumer', header: 'Consumer', cell: (row: DeadLetter) => row.consumer },
        {
          id: 'why',
          header: 'Why',
          grow: true,
          cell: (row: DeadLetter) => (
            <>
              {row.why ?? reasonWords[row.reason]}
              {(fateOf(row) ?? copyWords[row.copy]) !== null && (
                <>
                  <br />
                  <Quiet>{fateOf(row) ?? copyWords[row.copy]}</Quiet>
                </>
              )}
            </>
          ),
        },
        {
          id: 'deliveries',
          header: 'Deliveries',
          numeric: true,
          wide: true,
          cell: (row: DeadLetter) => <Count value={row.deliveries} />,
        },
      ]),
  {
    id: 'state',
    header: 'State',
    nowrap: true,
    cell: (row) => <Badge color={stateColors[row.state]} text={stateWords[row.state]} />,
  },
];
