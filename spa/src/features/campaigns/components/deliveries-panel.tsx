import { Button, NativeSelect } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from '../../../components/confirm-dialog';
import { type Column, DataTable } from '../../../components/data-table';
import { Pager } from '../../../components/pager';
import { SearchField } from '../../../components/search-field';
import { EmptyState, ErrorState, LoadingRows } from '../../../components/states';
import { Toolbar } from '../../../components/toolbar';
import { type Delivery, deliveryStatuses } from '../../../lib/api-types';
import { useFormat } from '../../../lib/format';
import { useListParams } from '../../../lib/list-params';
import { useCanEdit } from '../../../lib/session';
import { deliveriesPageSize, useDeliveries } from '../api/deliveries';
import { useMarkSent } from '../api/mark-sent';
import classes from './deliveries-panel.module.css';

export function DeliveriesPanel({ id, running }: { id: number; running: boolean }) {
  const { t } = useTranslation('manage');
  const { t: common } = useTranslation();
  const format = useFormat();
  const canEdit = useCanEdit();
  const { params, change } = useListParams('status', '');
  const [asked, setAsked] = useState<Delivery | null>(null);
  const markSent = useMarkSent(id);
  const status = deliveryStatuses.filter((value) => params.filter.includes(value));
  const list = useDeliveries(
    id,
    {
      page: params.page,
      ...(params.search && { search: params.search }),
      ...(status.length > 0 && { status }),
    },
    running,
  );

  const columns: Column<Delivery>[] = [
    { key: 'email', header: t('deliveries.email'), names: true, cell: (row) => row.email },
    {
      key: 'status',
      header: t('deliveries.status'),
      width: '140px',
      cell: (row) => (
        <span className={classes.status} data-status={row.status}>
          {t(`delivery.${row.status}`)}
        </span>
      ),
    },
    {
      key: 'attempts',
      header: t('deliveries.attempts'),
      align: 'end',
      width: '110px',
      cell: (row) => format.number(row.attempts),
    },
    {
      key: 'sent',
      header: t('deliveries.sentAt'),
      whole: true,
      width: '190px',
      cell: (row) => (row.sent_at ? format.dateTime(row.sent_at) : '–'),
    },
    {
      key: 'detail',
      header: t('deliveries.detail'),
      cell: (row) => (
        <div className={classes.detail}>
          <span>{row.detail || '–'}</span>
          {row.status === 'unknown' && canEdit && (
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => {
                setAsked(row);
              }}
            >
              {t('deliveries.markSent')}
            </Button>
          )}
        </div>
      ),
    },
  ];

  function body() {
    if (list.isPending) return <LoadingRows />;
    if (list.isError && !list.data) {
      return <ErrorState error={list.error} onRetry={() => void list.refetch()} />;
    }
    if (list.data.count === 0) return <EmptyState title={t('deliveries.none')} />;
    return (
      <>
        <DataTable
          label={t('deliveries.title')}
          columns={columns}
          rows={list.data.results}
          rowKey={(row) => row.id}
          busy={list.isPlaceholderData}
        />
        <Pager
          page={params.page}
          pageSize={deliveriesPageSize}
          count={list.data.count}
          onPage={(page) => {
            change({ page });
          }}
        />
      </>
    );
  }

  return (
    <section aria-labelledby="deliveries">
      <h2 id="deliveries" className={classes.title}>
        {t('deliveries.title')}
      </h2>
      <Toolbar>
        <SearchField
          label={t('deliveries.search')}
          value={params.search}
          onSearch={(search) => {
            change({ search });
          }}
        />
        <NativeSelect
          aria-label={t('deliveries.status')}
          value={status[0] ?? ''}
          onChange={(event) => {
            change({ filter: [event.currentTarget.value] });
          }}
          data={[
            { value: '', label: common('filter.anyStatus') },
            ...deliveryStatuses.map((value) => ({ value, label: t(`delivery.${value}`) })),
          ]}
        />
      </Toolbar>
      {body()}
      {asked && (
        <ConfirmDialog
          title={t('deliveries.markSent')}
          confirm={t('deliveries.markSent')}
          danger={false}
          pending={markSent.isPending}
          error={markSent.error}
          onConfirm={() => {
            markSent.mutate(asked.id, {
              onSuccess: () => {
                setAsked(null);
              },
            });
          }}
          onClose={() => {
            markSent.reset();
            setAsked(null);
          }}
        >
          {t('deliveries.markSentText', { email: asked.email })}
        </ConfirmDialog>
      )}
    </section>
  );
}
