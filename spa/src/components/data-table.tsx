import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './data-table.module.css';

export interface Column<Row> {
  key: string;
  header: string;
  cell: (row: Row) => ReactNode;
  /** The API's ordering field; without it the column cannot be sorted. */
  sortBy?: string;
  align?: 'end';
  /** For times and figures, which read badly when broken. */
  whole?: boolean;
  /** The column that names the row: its cells are row headers, and the title of the card on a phone. */
  names?: boolean;
  /** Cells without a caption on a phone, e.g. the row's buttons. */
  bare?: boolean;
  width?: string;
}

interface DataTableProps<Row> {
  label: string;
  columns: Column<Row>[];
  rows: Row[];
  rowKey: (row: Row) => number;
  ordering?: string;
  onOrder?: (ordering: string) => void;
  busy?: boolean;
}

function sortDirection(ordering: string | undefined, field: string) {
  if (ordering === field) return 'ascending';
  return ordering === `-${field}` ? 'descending' : 'none';
}

/**
 * A table that becomes a stack of cards on a narrow screen. The roles are written out because browsers forget
 * a table's own when CSS changes its display.
 */
export function DataTable<Row>({
  label,
  columns,
  rows,
  rowKey,
  ordering,
  onOrder,
  busy = false,
}: DataTableProps<Row>) {
  const { t } = useTranslation();

  function header(column: Column<Row>) {
    const { sortBy } = column;
    if (!sortBy || !onOrder) return column.header;
    const direction = sortDirection(ordering, sortBy);
    return (
      <button
        type="button"
        className={classes.sort}
        data-direction={direction}
        onClick={() => {
          onOrder(direction === 'ascending' ? `-${sortBy}` : sortBy);
        }}
      >
        {column.header}
        <span aria-hidden="true" className={classes.arrow} />
      </button>
    );
  }

  const sortable = onOrder ? columns.filter((column) => column.sortBy) : [];

  return (
    <div className={classes.frame} data-busy={busy || undefined}>
      {onOrder && sortable.length > 0 && (
        // The headers, and with them the sort buttons, are out of sight on a phone.
        <label className={classes.phoneSort}>
          {t('table.sort')}
          <select
            value={ordering}
            onChange={(event) => {
              onOrder(event.currentTarget.value);
            }}
          >
            {sortable.flatMap(({ key, header: text, sortBy = '' }) => [
              <option key={`${key}-up`} value={sortBy}>{`${text} ↑`}</option>,
              <option key={`${key}-down`} value={`-${sortBy}`}>{`${text} ↓`}</option>,
            ])}
          </select>
        </label>
      )}
      <table role="table" className={classes.table} aria-label={label} aria-busy={busy}>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map((column) => (
              <th
                key={column.key}
                role="columnheader"
                scope="col"
                data-align={column.align}
                style={{ width: column.width }}
                {...(column.sortBy && onOrder
                  ? { 'aria-sort': sortDirection(ordering, column.sortBy) }
                  : {})}
              >
                {header(column)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <tr role="row" key={rowKey(row)}>
              {columns.map((column) =>
                column.names ? (
                  <th key={column.key} role="rowheader" scope="row">
                    {column.cell(row)}
                  </th>
                ) : (
                  <td
                    key={column.key}
                    role="cell"
                    data-align={column.align}
                    data-whole={column.whole}
                    data-caption={column.bare ? undefined : column.header}
                  >
                    {column.cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
