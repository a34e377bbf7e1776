import type { QueryClient, QueryKey } from '@tanstack/react-query';
import type { StreamMessage } from './event-stream';

interface LiveRow {
  id: number;
  status: string;
}

interface CachedPage<Row> {
  count: number;
  results: Row[];
}

interface RowsMessage<Row> {
  campaigns: Row[];
  removed?: number[];
}

/**
 * Writes the rows that a stream brings into every cached page that shows them. Pages are asked for again only
 * when a row may have entered or left one: it is new, it changed state, or it was removed.
 */
export function createRowMerger<Row extends LiveRow>(client: QueryClient, listKey: QueryKey) {
  const statusOf = new Map<number, string>();

  function writeRows(rows: Row[]) {
    const fresh = new Map(rows.map((row) => [row.id, row]));
    client.setQueriesData<CachedPage<Row>>({ queryKey: listKey }, (page) => {
      if (!page?.results.some((row) => fresh.has(row.id))) return page;
      return { ...page, results: page.results.map((row) => fresh.get(row.id) ?? row) };
    });
  }

  return (message: StreamMessage): Row[] => {
    const { campaigns: rows, removed = [] } = message.data as RowsMessage<Row>;
    const moved = rows.some((row) => statusOf.get(row.id) !== row.status);
    for (const row of rows) statusOf.set(row.id, row.status);
    for (const id of removed) statusOf.delete(id);
    writeRows(rows);
    // A snapshot means that the line was down before it, and whatever happened meanwhile was not told.
    if (moved || removed.length > 0 || message.event === 'snapshot') {
      void client.invalidateQueries({ queryKey: listKey });
    }
    return rows;
  };
}
