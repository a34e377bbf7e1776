import { useCallback } from "react";
import { useSearchParams } from "react-router";

type UrlChange = Record<string, string | string[] | null>;

/**
 * What a list shows (search, filters, order, page) lives in the address, so that it survives a
 * reload and can be sent to somebody. A change of anything else goes back to the first page.
 */
function useUrlParams() {
  const [params, setParams] = useSearchParams();
  const change = useCallback(
    (changes: UrlChange) => {
      setParams(
        (before) => {
          const after = new URLSearchParams(before);
          if (!("page" in changes)) after.delete("page");
          for (const [key, value] of Object.entries(changes)) {
            after.delete(key);
            const values = Array.isArray(value) ? value : [value ?? ""];
            for (const each of values) if (each !== "") after.append(key, each);
          }
          return after;
        },
        // Typing a search must not fill the history with every letter.
        { replace: !("page" in changes) },
      );
    },
    [setParams],
  );
  const page = Math.max(1, Math.floor(Number(params.get("page"))) || 1);
  return { params, page, search: params.get("search") ?? "", change };
}

interface ListDefaults {
  /** As the API takes it, where the address says nothing. */
  ordering?: string;
  /** Parameters beside the search that leave rows out. */
  filters?: readonly string[];
}

/** What a list page shows, and how to change it. */
export function useListParams({ ordering = "", filters = [] }: ListDefaults = {}) {
  const { params, page, search, change } = useUrlParams();
  return {
    page,
    search,
    ordering: params.get("ordering") ?? ordering,
    valuesOf: (filter: string) => params.getAll(filter),
    isFiltered: search !== "" || filters.some((filter) => params.has(filter)),
    change,
    clear: () => change(Object.fromEntries(["search", ...filters].map((name) => [name, null]))),
  };
}

export type ListParams = ReturnType<typeof useListParams>;
