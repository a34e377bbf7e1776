import { Button } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Pager } from './pager';
import { EmptyState, ErrorState, LoadingRows } from './states';

interface ListBodyProps<Row> {
  query: UseQueryResult<{ count: number; results: Row[] }>;
  page: number;
  pageSize: number;
  filtered: boolean;
  empty: string;
  onPage: (page: number) => void;
  onClear: () => void;
  children: (rows: Row[], busy: boolean) => ReactNode;
}

/** The four faces of a list: loading, failed, empty, full. */
export function ListBody<Row>({
  query,
  page,
  pageSize,
  filtered,
  empty,
  onPage,
  onClear,
  children,
}: ListBodyProps<Row>) {
  const { t } = useTranslation();
  if (query.isPending) return <LoadingRows />;
  if (query.isError && !query.data) {
    return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  }
  const { count, results } = query.data;
  if (count === 0) {
    return (
      <EmptyState title={filtered ? t('public.noneMatch') : empty}>
        {filtered && (
          <Button variant="default" onClick={onClear}>
            {t('action.clearFilters')}
          </Button>
        )}
      </EmptyState>
    );
  }
  return (
    <>
      {children(results, query.isPlaceholderData)}
      <Pager page={page} pageSize={pageSize} count={count} onPage={onPage} />
    </>
  );
}
