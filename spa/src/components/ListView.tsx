import { Button } from "@mantine/core";
import { useState, type ReactNode } from "react";

import { ApiProblem } from "../lib/api-client";
import { useFormat } from "../lib/format";
import { problemText, useTranslation } from "../lib/i18n";
import type { ListParams } from "../lib/list-params";
import { DataTable, type Column, type RowKey } from "./DataTable";
import { EmptyState } from "./EmptyState";
import { ErrorState, OfflineState } from "./ErrorState";
import classes from "./ListView.module.css";
import { PageControl } from "./PageControl";
import { SearchField } from "./SearchField";

/** A page of the API's as `useQuery` gives it. */
export interface ListQuery<Row> {
  data: { count: number; results: readonly Row[] } | undefined;
  error: Error | null;
  fetchStatus: "fetching" | "paused" | "idle";
  refetch: () => unknown;
}

export interface Selection<Row> {
  /** What a row's checkbox is called. */
  labelOf: (row: Row) => string;
  isSelectable?: (row: Row) => boolean;
  /** Buttons for the chosen rows of this page. */
  renderActions: (rows: readonly Row[], clear: () => void) => ReactNode;
}

export interface ListViewProps<Row> {
  /** Where its texts are, such as `audience:lists`: search, table, pages, count, empty, emptyText. */
  texts: string;
  params: ListParams;
  query: ListQuery<Row>;
  /** The first column names the row. */
  columns: readonly [Column<Row>, ...Column<Row>[]];
  rowKey: (row: Row) => RowKey;
  /** Buttons for one row; leave it out where nothing may be done. */
  renderRowActions?: ((row: Row) => ReactNode) | undefined;
  /** Beside the search. */
  filters?: ReactNode;
  /** What to do where there is nothing yet. */
  emptyAction?: ReactNode;
  selection?: Selection<Row> | undefined;
}

/** Search and filters, a table or why there is none, and the pages; the address holds what is shown. */
export function ListView<Row>(props: ListViewProps<Row>) {
  const { texts, params, query, filters } = props;
  const { t } = useTranslation();
  return (
    <>
      <div className={classes.toolbar}>
        <SearchField
          label={t(`${texts}.search`)}
          value={params.search}
          onSearch={(search) => params.change({ search })}
        />
        {filters}
      </div>
      {query.data ? <Loaded {...props} page={query.data} /> : <NotLoaded {...props} />}
    </>
  );
}

function NotLoaded<Row>({ texts, params, query, columns, rowKey }: ListViewProps<Row>) {
  const { t } = useTranslation();
  const { error, fetchStatus } = query;
  if (error) {
    const isBeyond = params.page > 1 && error instanceof ApiProblem && error.status === 404;
    const firstPage = (
      <Button variant="default" onClick={() => params.change({ page: null })}>
        {t("table.firstPage")}
      </Button>
    );
    if (isBeyond) return <EmptyState title={t("table.noSuchPage")} action={firstPage} />;
    return <ErrorState error={error} onRetry={() => void query.refetch()} />;
  }
  if (fetchStatus === "paused") return <OfflineState />;
  return (
    <DataTable caption={t(`${texts}.table`)} columns={columns} rows={undefined} rowKey={rowKey} />
  );
}

type LoadedProps<Row> = ListViewProps<Row> & { page: { count: number; results: readonly Row[] } };

function Loaded<Row>(props: LoadedProps<Row>) {
  const { texts, params, query, page, selection } = props;
  const { t } = useTranslation();
  const { formatNumber } = useFormat();
  const [selected, setSelected] = useState<ReadonlySet<RowKey>>(new Set());
  if (page.count === 0) return <Nothing {...props} />;
  const clear = () => setSelected(new Set());
  // Only what is seen: a row that left the page is not acted upon.
  const chosen = page.results.filter((row) => selected.has(props.rowKey(row)));
  const { renderRowActions: renderCell } = props;
  const actions: Column<Row>[] = renderCell
    ? [{ id: "actions", header: t("table.actions"), hideHeader: true, renderCell }]
    : [];
  return (
    <>
      {query.error && (
        <p role="status" className={classes.stale}>
          {t("table.stale", { problem: problemText(query.error) })}
        </p>
      )}
      {selection && chosen.length > 0 && (
        <div role="group" aria-label={t("table.selection")} className={classes.selection}>
          <span aria-live="polite">
            {t("table.selected", { count: chosen.length, formatted: formatNumber(chosen.length) })}
          </span>
          {selection.renderActions(chosen, clear)}
          <Button variant="subtle" size="compact-sm" onClick={clear}>
            {t("table.clearSelection")}
          </Button>
        </div>
      )}
      <DataTable
        caption={t(`${texts}.table`)}
        columns={[...props.columns, ...actions]}
        rows={page.results}
        rowKey={props.rowKey}
        ordering={params.ordering}
        onOrder={(ordering) => params.change({ ordering })}
        {...(selection && { selection: { ...selection, selected, onSelect: setSelected } })}
      />
      <PageControl
        label={t(`${texts}.pages`)}
        summary={t(`${texts}.count`, { count: page.count, formatted: formatNumber(page.count) })}
        count={page.count}
        page={params.page}
        onChange={(next) => params.change({ page: String(next) })}
      />
    </>
  );
}

function Nothing<Row>({ texts, params, emptyAction }: ListViewProps<Row>) {
  const { t } = useTranslation();
  if (!params.isFiltered) {
    return (
      <EmptyState title={t(`${texts}.empty`)} text={t(`${texts}.emptyText`)} action={emptyAction} />
    );
  }
  return (
    <EmptyState
      title={t("table.noMatch")}
      text={t("table.noMatchText")}
      action={
        <Button variant="default" onClick={params.clear}>
          {t("table.clear")}
        </Button>
      }
    />
  );
}
