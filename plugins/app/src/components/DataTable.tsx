import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, useStyles2 } from '@grafana/ui';
import type { ReactNode } from 'react';
import { Link, useNavigate } from 'react-router-dom';
import type { Sorting } from '../useUrl';

export interface Column<T> {
  readonly id: string;
  readonly header: string;
  readonly cell: (row: T) => ReactNode;
  readonly sort?: boolean;
  readonly numeric?: boolean;
  /** sorted from the most downwards at first, as numbers are */
  readonly mostFirst?: boolean;
  readonly nowrap?: boolean;
  /** takes the room that the others leave, and cuts what does not fit; the whole is one click away */
  readonly grow?: boolean;
  /** shown only where there is room; what it says is on the row's own page too */
  readonly wide?: boolean;
}
interface Props<T> {
  readonly label: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly keyOf: (row: T) => string;
  readonly sorting?: Sorting;
  readonly onSort?: (sorting: Sorting) => void;
  /** the page of a row: its first cell becomes the link, and a click anywhere on the row follows it */
  readonly to?: (row: T) => string;
  /** opens a row beside the table */
  readonly onRow?: (row: T) => void;
  readonly selected?: string;
}

/** A dense table whose sorting happens on the server; rows that open something do so by click and by Enter. */
export function DataTable<T>({ label, columns, rows, keyOf, sorting, onSort, to, onRow, selected }: Props<T>) {
  const styles = useStyles2(getStyles);
  const classOf = (column: Column<T>) =>
    cx(
      column.numeric && styles.numeric,
      column.nowrap && styles.nowrap,
      column.grow && styles.grow,
      column.wide && styles.wide,
    );
  const turn = ({ id, numeric, mostFirst }: Column<T>): Sorting => {
    const atFirst = numeric || mostFirst ? 'desc' : 'asc';
    const turned = sorting?.order === 'asc' ? 'desc' : 'asc';
    return { sort: id, order: sorting?.sort === id ? turned : atFirst };
  };
  return (
    <div className={styles.scroll} tabIndex={0} role="region" aria-label={label}>
      <table className={styles.table}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th
                key={column.id}
                scope="col"
                className={classOf(column)}
                aria-sort={
                  sorting?.sort === column.id ? (sorting.order === 'asc' ? 'ascending' : 'descending') : undefined
                }
              >
                {column.sort && onSort ? (
                  <button type="button" className={styles.sort} onClick={() => onSort(turn(column))}>
                    {column.header}
                    {sorting?.sort === column.id && (
                      <Icon name={sorting.order === 'asc' ? 'arrow-up' : 'arrow-down'} size="sm" />
                    )}
                  </button>
                ) : (
                  column.header
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <TableRow
              key={keyOf(row)}
              row={row}
              rowKey={keyOf(row)}
              columns={columns}
              classOf={classOf}
              to={to?.(row)}
              onRow={onRow}
              selected={selected === keyOf(row)}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps<T> {
  readonly row: T;
  readonly rowKey: string;
  readonly columns: readonly Column<T>[];
  readonly classOf: (column: Column<T>) => string;
  readonly to: string | undefined;
  readonly onRow: ((row: T) => void) | undefined;
  readonly selected: boolean;
}

function TableRow<T>({ row, rowKey, columns, classOf, to, onRow, selected }: RowProps<T>) {
  const styles = useStyles2(getStyles);
  const navigate = useNavigate();
  const open = onRow ? () => onRow(row) : to !== undefined ? () => navigate(to) : undefined;
  return (
    <tr
      data-key={rowKey}
      className={cx(open && styles.link, selected && styles.selected)}
      aria-current={selected || undefined}
      // A row with a link takes the focus on the link, which a browser can also open in a new tab.
      tabIndex={onRow ? 0 : undefined}
      onClick={
        open &&
        ((event) => {
          if (!(event.target instanceof Element && event.target.closest('a,button'))) open();
        })
      }
      onKeyDown={(event) => {
        if (onRow && event.key === 'Enter' && event.target === event.currentTarget) onRow(row);
        move(event);
      }}
    >
      {columns.map((column, i) => (
        <td key={column.id} className={classOf(column)}>
          {i === 0 && to !== undefined ? (
            <Link to={to} className={styles.rowLink}>
              {column.cell(row)}
            </Link>
          ) : (
            column.cell(row)
          )}
        </td>
      ))}
    </tr>
  );
}

/** Up and down go from row to row, to the row itself or to the link in it. */
function move(event: React.KeyboardEvent<HTMLTableRowElement>): void {
  const next =
    event.key === 'ArrowDown'
      ? event.currentTarget.nextElementSibling
      : event.key === 'ArrowUp'
        ? event.currentTarget.previousElementSibling
        : null;
  if (!(next instanceof HTMLElement)) return;
  event.preventDefault();
  (next.tabIndex >= 0 ? next : next.querySelector<HTMLElement>('a'))?.focus();
}

const getStyles = (theme: GrafanaTheme2) => ({
  scroll: css({
    overflowX: 'auto',
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
    background: theme.colors.background.primary,
  }),
  table: css({
    width: '100%',
    fontSize: theme.typography.bodySmall.fontSize,
    fontVariantNumeric: 'tabular-nums',
    th: {
      textAlign: 'left',
      whiteSpace: 'nowrap',
      padding: theme.spacing(0.75, 1.25),
      color: theme.colors.text.secondary,
      fontWeight: theme.typography.fontWeightMedium,
      borderBottom: `1px solid ${theme.colors.border.weak}`,
    },
    td: {
      padding: theme.spacing(0.75, 1.25),
      borderBottom: `1px solid ${theme.colors.border.weak}`,
      verticalAlign: 'middle',
      overflowWrap: 'anywhere',
    },
    // The name of a row stays readable however many columns there are: the table scrolls instead.
    'td:first-child': { minWidth: 140 },
    'tbody tr:last-child td': { borderBottom: 0 },
  }),
  numeric: css({ '&&&': { minWidth: 0, textAlign: 'right', whiteSpace: 'nowrap' } }),
  nowrap: css({ '&&': { whiteSpace: 'nowrap', code: { whiteSpace: 'nowrap', overflowWrap: 'normal' } } }),
  grow: css({
    '&&': {
      width: '100%',
      minWidth: 160,
      maxWidth: 0,
      overflow: 'hidden',
      textOverflow: 'ellipsis',
      whiteSpace: 'nowrap',
      code: { whiteSpace: 'nowrap', overflowWrap: 'normal' },
    },
  }),
  wide: css({ [theme.breakpoints.down('lg')]: { display: 'none' } }),
  link: css({
    cursor: 'pointer',
    '&:hover': { background: theme.colors.action.hover },
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.border}`, outlineOffset: -2 },
  }),
  rowLink: css({
    display: 'block',
    color: 'inherit',
    '&:hover': { color: theme.colors.text.link, textDecoration: 'underline' },
  }),
  selected: css({ background: theme.colors.action.selected }),
  sort: css({
    background: 'none',
    border: 0,
    padding: 0,
    color: 'inherit',
    font: 'inherit',
    cursor: 'pointer',
    display: 'inline-flex',
    alignItems: 'center',
    gap: theme.spacing(0.5),
    '&:hover': { color: theme.colors.text.primary },
  }),
});
