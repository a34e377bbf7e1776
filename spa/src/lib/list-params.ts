import { useSearchParams } from 'react-router';

export interface ListParams {
  page: number;
  search: string;
  ordering: string;
  /** The values of the one filter of a list, kept as they stand in the address. */
  filter: string[];
}

/** The state of a list lives in the address, so that it survives reload, Back and being sent to a colleague. */
export function useListParams(filterName: string, defaultOrdering: string) {
  const [query, setQuery] = useSearchParams();
  const params: ListParams = {
    page: Math.max(1, Number.parseInt(query.get('page') ?? '1', 10) || 1),
    search: query.get('search') ?? '',
    ordering: query.get('ordering') ?? defaultOrdering,
    filter: query.getAll(filterName),
  };

  function change(next: Partial<ListParams>) {
    setQuery(
      (current) => {
        const merged = new URLSearchParams(current);
        // Another search or filter makes the old page number meaningless.
        merged.delete('page');
        if (next.page !== undefined && next.page > 1) merged.set('page', String(next.page));
        if (next.search !== undefined) {
          if (next.search) merged.set('search', next.search);
          else merged.delete('search');
        }
        if (next.ordering !== undefined) {
          if (next.ordering === defaultOrdering) merged.delete('ordering');
          else merged.set('ordering', next.ordering);
        }
        if (next.filter !== undefined) {
          merged.delete(filterName);
          for (const value of next.filter) if (value) merged.append(filterName, value);
        }
        return merged;
      },
      { replace: next.page === undefined, preventScrollReset: true },
    );
  }

  return { params, change };
}
