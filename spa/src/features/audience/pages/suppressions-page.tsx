import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from '../../../components/confirm-dialog';
import { type Column, DataTable } from '../../../components/data-table';
import { ListBody } from '../../../components/list-body';
import { PageTitle } from '../../../components/page-title';
import { RowActions } from '../../../components/row-actions';
import { SearchField } from '../../../components/search-field';
import { Toolbar } from '../../../components/toolbar';
import type { Suppression } from '../../../lib/api-types';
import { useFormat } from '../../../lib/format';
import { useListParams } from '../../../lib/list-params';
import { useCanEdit } from '../../../lib/session';
import { useDeleteSuppression } from '../api/delete-suppression';
import { useSuppressions } from '../api/suppressions';
import { SuppressionDialog } from '../components/suppression-dialog';

const pageSize = 25;

export function SuppressionsPage() {
  const { t } = useTranslation('manage');
  const format = useFormat();
  const canEdit = useCanEdit();
  const { params, change } = useListParams('reason', '-created_at');
  const [editing, setEditing] = useState<'new' | null>(null);
  const [deleting, setDeleting] = useState<Suppression | null>(null);
  const remove = useDeleteSuppression();
  const query = useSuppressions({
    page: params.page,
    page_size: pageSize,
    ordering: params.ordering,
    ...(params.search && { search: params.search }),
  });

  const columns: Column<Suppression>[] = [
    { key: 'email', header: t('suppressions.email'), names: true, cell: (row) => row.email },
    {
      key: 'reason',
      header: t('suppressions.reason'),
      width: '180px',
      cell: (row) => t(`reason.${row.reason}`),
    },
    { key: 'note', header: t('suppressions.note'), cell: (row) => row.note || '–' },
    {
      key: 'created',
      header: t('suppressions.since'),
      sortBy: 'created_at',
      whole: true,
      width: '190px',
      cell: (row) => format.dateTime(row.created_at),
    },
    ...(canEdit
      ? [
          {
            key: 'actions',
            header: t('campaigns.actions'),
            bare: true,
            align: 'end' as const,
            width: '190px',
            cell: (row: Suppression) => (
              <RowActions
                name={row.email}
                onDelete={() => {
                  setDeleting(row);
                }}
              />
            ),
          },
        ]
      : []),
  ];

  return (
    <>
      <PageTitle title={t('suppressions.title')} lead={t('suppressions.lead')}>
        {canEdit && (
          <Button
            onClick={() => {
              setEditing('new');
            }}
          >
            {t('suppressions.create')}
          </Button>
        )}
      </PageTitle>
      <Toolbar>
        <SearchField
          label={t('suppressions.search')}
          value={params.search}
          onSearch={(search) => {
            change({ search });
          }}
        />
      </Toolbar>
      <ListBody
        query={query}
        page={params.page}
        pageSize={pageSize}
        filtered={params.search !== ''}
        empty={t('suppressions.none')}
        onPage={(page) => {
          change({ page });
        }}
        onClear={() => {
          change({ search: '', filter: [] });
        }}
      >
        {(rows, busy) => (
          <DataTable
            label={t('suppressions.title')}
            columns={columns}
            rows={rows}
            rowKey={(row) => row.id}
            ordering={params.ordering}
            onOrder={(ordering) => {
              change({ ordering });
            }}
            busy={busy}
          />
        )}
      </ListBody>
      {editing && (
        <SuppressionDialog
          onClose={() => {
            setEditing(null);
          }}
        />
      )}
      {deleting && (
        <ConfirmDialog
          title={t('suppressions.deleteTitle', { name: deleting.email })}
          confirm={t('action.delete')}
          pending={remove.isPending}
          error={remove.error}
          onConfirm={() => {
            remove.mutate(deleting.id, {
              onSuccess: () => {
                setDeleting(null);
              },
            });
          }}
          onClose={() => {
            remove.reset();
            setDeleting(null);
          }}
        >
          {t('suppressions.deleteText', { email: deleting.email })}
        </ConfirmDialog>
      )}
    </>
  );
}
