import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ConfirmDialog } from '../../../components/confirm-dialog';
import { type Column, DataTable } from '../../../components/data-table';
import { ListBody } from '../../../components/list-body';
import { PageTitle } from '../../../components/page-title';
import { RowActions } from '../../../components/row-actions';
import { SearchField } from '../../../components/search-field';
import { Toolbar } from '../../../components/toolbar';
import type { MailingList } from '../../../lib/api-types';
import { useFormat } from '../../../lib/format';
import { useListParams } from '../../../lib/list-params';
import { useCanEdit } from '../../../lib/session';
import { useDeleteMailingList } from '../api/delete-list';
import { useLists } from '../api/lists';
import { ListDialog } from '../components/list-dialog';

const pageSize = 25;

export function ListsPage() {
  const { t } = useTranslation('manage');
  const format = useFormat();
  const canEdit = useCanEdit();
  const { params, change } = useListParams('list', 'name');
  const [editing, setEditing] = useState<MailingList | 'new' | null>(null);
  const [deleting, setDeleting] = useState<MailingList | null>(null);
  const remove = useDeleteMailingList();
  const query = useLists({
    page: params.page,
    page_size: pageSize,
    ordering: params.ordering,
    ...(params.search && { search: params.search }),
  });

  const columns: Column<MailingList>[] = [
    {
      key: 'name',
      header: t('lists.name'),
      names: true,
      sortBy: 'name',
      cell: (row) => <Link to={`/manage/subscribers?list=${row.id}`}>{row.name}</Link>,
    },
    { key: 'description', header: t('lists.description'), cell: (row) => row.description || '–' },
    {
      key: 'count',
      header: t('lists.subscribers'),
      sortBy: 'subscriber_count',
      align: 'end',
      width: '150px',
      cell: (row) => format.number(row.subscriber_count),
    },
    {
      key: 'created',
      header: t('campaigns.created'),
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
            cell: (row: MailingList) => (
              <RowActions
                name={row.name}
                onEdit={() => {
                  setEditing(row);
                }}
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
      <PageTitle title={t('lists.title')} lead={t('lists.lead')}>
        {canEdit && (
          <Button
            onClick={() => {
              setEditing('new');
            }}
          >
            {t('lists.create')}
          </Button>
        )}
      </PageTitle>
      <Toolbar>
        <SearchField
          label={t('lists.search')}
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
        empty={t('lists.none')}
        onPage={(page) => {
          change({ page });
        }}
        onClear={() => {
          change({ search: '', filter: [] });
        }}
      >
        {(rows, busy) => (
          <DataTable
            label={t('lists.title')}
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
        <ListDialog
          list={editing === 'new' ? undefined : editing}
          onClose={() => {
            setEditing(null);
          }}
        />
      )}
      {deleting && (
        <ConfirmDialog
          title={t('lists.deleteTitle', { name: deleting.name })}
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
          {t('lists.deleteText', {
            count: deleting.subscriber_count,
            shown: format.number(deleting.subscriber_count),
          })}
        </ConfirmDialog>
      )}
    </>
  );
}
