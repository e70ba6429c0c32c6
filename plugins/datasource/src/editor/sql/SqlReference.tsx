import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Collapse, useStyles2 } from '@grafana/ui';
import { useState } from 'react';
import { sqlLimits, sqlMacros, sqlTables, type SqlTable } from './tables';

/** What SQL may do here, and which tables and columns there are. */
export function SqlReference() {
  const styles = useStyles2(getStyles);
  const [open, setOpen] = useState(false);
  return (
    <Collapse label="Limits, macros, tables and columns" isOpen={open} onToggle={setOpen}>
      <div className={styles.reference}>
        <ul>
          {sqlLimits.map((limit) => (
            <li key={limit}>{limit}</li>
          ))}
        </ul>
        <ul>
          {sqlMacros.map(({ example, about }) => (
            <li key={example}>
              <code>{example}</code>: {about}
            </li>
          ))}
        </ul>
        {sqlTables.map((table) => (
          <Table key={table.name} table={table} />
        ))}
      </div>
    </Collapse>
  );
}

function Table({ table }: { table: SqlTable }) {
  return (
    <details>
      <summary>
        <code>{table.name}</code> {table.about}
      </summary>
      <table>
        <thead>
          <tr>
            <th scope="col">Column</th>
            <th scope="col">Type</th>
            <th scope="col">Unit</th>
            <th scope="col">From</th>
          </tr>
        </thead>
        <tbody>
          {table.columns.map((column) => (
            <tr key={column.name}>
              <td>
                <code>{column.name}</code>
              </td>
              <td>{column.type}</td>
              <td>{column.unit}</td>
              <td>{column.from}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  reference: css({
    maxHeight: theme.spacing(50),
    overflow: 'auto',
    'th, td': { padding: theme.spacing(0.25, 1), textAlign: 'left', verticalAlign: 'top' },
    table: { margin: theme.spacing(0.5, 0, 1, 2) },
    summary: { cursor: 'pointer' },
  }),
});
