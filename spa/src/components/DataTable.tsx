import { Checkbox, NativeSelect, Skeleton, VisuallyHidden } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import type { ReactNode } from "react";

import { useTranslation } from "../lib/i18n";
import classes from "./DataTable.module.css";

export interface Column<Row> {
  id: string;
  header: string;
  renderCell: (row: Row) => ReactNode;
  /** The API's ordering field, when the table can be sorted by this column. */
  orderBy?: string;
  numeric?: boolean;
  /** Takes what room the others leave. */
  wide?: boolean;
  /** The header is for screen readers alone, as over buttons. */
  hideHeader?: boolean;
}

export type RowKey = number | string;

/** The rows that were chosen, by their keys. */
interface TableSelection<Row> {
  selected: ReadonlySet<RowKey>;
  labelOf: (row: Row) => string;
  isSelectable?: (row: Row) => boolean;
  onSelect: (selected: ReadonlySet<RowKey>) => void;
}

interface Props<Row> {
  /** What the table is of, for screen readers. */
  caption: string;
  /** The first column names the row. */
  columns: readonly [Column<Row>, ...Column<Row>[]];
  /** `undefined` while they load. */
  rows: readonly Row[] | undefined;
  rowKey: (row: Row) => RowKey;
  /** As the API takes it: `name`, or `-name` for descending. */
  ordering?: string;
  onOrder?: (ordering: string) => void;
  selection?: TableSelection<Row>;
}

const NARROW = "(max-width: 62em)";
const SKELETON_ROWS = ["1", "2", "3", "4", "5"];

/** A table where there is room for one, cards where there isn't. */
export function DataTable<Row>(props: Props<Row>) {
  const isNarrow = useMediaQuery(NARROW, false, { getInitialValueInEffect: false });
  if (!props.rows) return <TableSkeleton />;
  return isNarrow ? <Cards {...props} rows={props.rows} /> : <Table {...props} rows={props.rows} />;
}

function TableSkeleton() {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t("loading")} className={classes.frame}>
      {SKELETON_ROWS.map((row) => (
        <div key={row} className={classes.skeleton}>
          <Skeleton height={14} width="34%" />
          <Skeleton height={14} width="22%" />
          <Skeleton height={14} width="14%" />
        </div>
      ))}
    </div>
  );
}

type LoadedProps<Row> = Props<Row> & { rows: readonly Row[] };

function Table<Row>(props: LoadedProps<Row>) {
  const { caption, columns, rows, rowKey, ordering, onOrder, selection } = props;
  return (
    <div className={classes.frame}>
      <table className={classes.table}>
        <caption className={classes.caption}>{caption}</caption>
        <thead>
          <tr>
            {selection && (
              <th scope="col" className={classes.choice}>
                <SelectAll rows={rows} rowKey={rowKey} selection={selection} />
              </th>
            )}
            {columns.map((column) => (
              <Header key={column.id} column={column} ordering={ordering} onOrder={onOrder} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)}>
              {selection && (
                <td className={classes.choice}>
                  <SelectRow row={row} rowKey={rowKey} selection={selection} />
                </td>
              )}
              {columns.map((column, index) =>
                index === 0 ? (
                  <th key={column.id} scope="row" className={classes.naming}>
                    {column.renderCell(row)}
                  </th>
                ) : (
                  <td key={column.id} data-numeric={column.numeric || undefined}>
                    {column.renderCell(row)}
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

interface HeaderProps<Row> {
  column: Column<Row>;
  ordering: string | undefined;
  onOrder: ((ordering: string) => void) | undefined;
}

function Header<Row>({ column, ordering, onOrder }: HeaderProps<Row>) {
  const { orderBy } = column;
  const attributes = {
    scope: "col",
    "data-numeric": column.numeric || undefined,
    "data-wide": column.wide || undefined,
  } as const;
  if (column.hideHeader) {
    return (
      <th {...attributes}>
        <VisuallyHidden>{column.header}</VisuallyHidden>
      </th>
    );
  }
  if (!orderBy || !onOrder) return <th {...attributes}>{column.header}</th>;
  const direction = directionOf(orderBy, ordering);
  return (
    <th {...attributes} aria-sort={direction}>
      <button
        type="button"
        className={classes.sort}
        onClick={() => onOrder(direction === "ascending" ? `-${orderBy}` : orderBy)}
      >
        {column.header}
        <span aria-hidden="true" className={classes.arrow} data-direction={direction} />
      </button>
    </th>
  );
}

function directionOf(orderBy: string, ordering: string | undefined) {
  if (ordering === orderBy) return "ascending";
  return ordering === `-${orderBy}` ? "descending" : "none";
}

interface SelectRowProps<Row> {
  row: Row;
  rowKey: (row: Row) => RowKey;
  selection: TableSelection<Row>;
}

function SelectRow<Row>({ row, rowKey, selection }: SelectRowProps<Row>) {
  const { selected, labelOf, isSelectable, onSelect } = selection;
  const key = rowKey(row);
  if (isSelectable && !isSelectable(row)) return null;

  function toggle(isChosen: boolean) {
    const next = new Set(selected);
    if (isChosen) next.add(key);
    else next.delete(key);
    onSelect(next);
  }

  return (
    <Checkbox
      size="sm"
      aria-label={labelOf(row)}
      checked={selected.has(key)}
      onChange={(event) => toggle(event.currentTarget.checked)}
    />
  );
}

interface SelectAllProps<Row> {
  rows: readonly Row[];
  rowKey: (row: Row) => RowKey;
  selection: TableSelection<Row>;
}

/** Chooses what this page shows, and nothing beyond it. */
function SelectAll<Row>({ rows, rowKey, selection }: SelectAllProps<Row>) {
  const { t } = useTranslation();
  const { selected, isSelectable = () => true, onSelect } = selection;
  const keys = rows.filter(isSelectable).map(rowKey);
  const count = keys.filter((key) => selected.has(key)).length;
  return (
    <Checkbox
      size="sm"
      aria-label={t("table.selectAll")}
      checked={count > 0 && count === keys.length}
      indeterminate={count > 0 && count < keys.length}
      disabled={keys.length === 0}
      onChange={(event) => onSelect(new Set(event.currentTarget.checked ? keys : []))}
    />
  );
}

function Cards<Row>(props: LoadedProps<Row>) {
  const { caption, columns, rows, rowKey, ordering, onOrder, selection } = props;
  const [naming, ...others] = columns;
  const facts = others.filter((column) => !column.hideHeader);
  const controls = others.filter((column) => column.hideHeader);
  return (
    <>
      {onOrder && columns.some(({ orderBy }) => orderBy) && <OrderSelect columns={columns} ordering={ordering ?? ""} onOrder={onOrder} />}
      <ul aria-label={caption} className={classes.cards}>
        {rows.map((row) => (
          <li key={rowKey(row)} className={classes.card}>
            <div className={classes.cardTitle}>
              {selection && <SelectRow row={row} rowKey={rowKey} selection={selection} />}
              <div>{naming.renderCell(row)}</div>
            </div>
            <dl className={classes.facts}>
              {facts.map((column) => (
                <Fact key={column.id} column={column} row={row} />
              ))}
            </dl>
            {controls.map((column) => (
              <div key={column.id} className={classes.controls}>
                {column.renderCell(row)}
              </div>
            ))}
          </li>
        ))}
      </ul>
    </>
  );
}

function Fact<Row>({ column, row }: { column: Column<Row>; row: Row }) {
  const value = column.renderCell(row);
  // A table needs its empty cells, a card doesn't.
  if (value === "" || value === null) return null;
  return (
    <div className={classes.fact} data-wide={column.wide || undefined}>
      <dt>{column.header}</dt>
      <dd>{value}</dd>
    </div>
  );
}

interface OrderSelectProps<Row> {
  columns: readonly Column<Row>[];
  ordering: string;
  onOrder: (ordering: string) => void;
}

/** Cards have no headers to click. */
function OrderSelect<Row>({ columns, ordering, onOrder }: OrderSelectProps<Row>) {
  const { t } = useTranslation();
  const choices = columns.flatMap(({ orderBy, header }) =>
    orderBy
      ? [
          { value: orderBy, label: t("table.ascending", { column: header }) },
          { value: `-${orderBy}`, label: t("table.descending", { column: header }) },
        ]
      : [],
  );
  const isKnown = choices.some(({ value }) => value === ordering);
  return (
    <NativeSelect
      mb="sm"
      aria-label={t("table.orderBy")}
      value={isKnown ? ordering : ""}
      data={isKnown ? choices : [{ value: "", label: t("table.otherOrder") }, ...choices]}
      onChange={(event) => onOrder(event.currentTarget.value)}
    />
  );
}
