import { Badge, Button, NativeSelect } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from '../../../components/confirm-dialog';
import { type Column, DataTable } from '../../../components/data-table';
import { ListBody } from '../../../components/list-body';
import { PageTitle } from '../../../components/page-title';
import { RowActions } from '../../../components/row-actions';
import { SearchField } from '../../../components/search-field';
import { Toolbar } from '../../../components/toolbar';
import type { Subscriber } from '../../../lib/api-types';
import { useFormat } from '../../../lib/format';
import { useListParams } from '../../../lib/list-params';
import { useCanEdit } from '../../../lib/session';
import { useDeleteSubscriber } from '../api/delete-subscriber';
import { useSubscribers } from '../api/subscribers';
import { useLists } from '../api/lists';
import { SubscriberDialog } from '../components/subscriber-dialog';

const pageSize = 25;

export function SubscribersPage() {
  const { t } = useTranslation('manage');
  const format = useFormat();
  const canEdit = useCanEdit();
  const { params, change } = useListParams('list', 'email');
  const [editing, setEditing] = useState<Subscriber | 'new' | null>(null);
  const [deleting, setDeleting] = useState<Subscriber | null>(null);
  const remove = useDeleteSubscriber();
  const [listId] = params.filter;
  const lists = useLists({ page: 1, page_size: 200, ordering: 'name' });
  const allLists = lists.data?.results ?? [];
  const query = useSubscribers({
    page: params.page,
    page_size: pageSize,
    ordering: params.ordering,
    ...(params.search && { search: params.search }),
    ...(listId !== undefined && { list: Number(listId) }),
  });

  const columns: Column<Subscriber>[] = [
    {
      key: 'email',
      header: t('subscribers.email'),
      names: true,
      sortBy: 'email',
      cell: (row) => (
        <>
          {row.email}{' '}
          {row.suppressed && (
            <Badge color="red" variant="light" size="sm">
              {t('subscribers.suppressed')}
            </Badge>
          )}
        </>
      ),
    },
    { key: 'name', header: t('subscribers.name'), sortBy: 'name', cell: (row) => row.name || '–' },
    {
      key: 'lists',
      header: t('subscribers.lists'),
      cell: (row) =>
        row.lists
          .map((id) => allLists.find((list) => list.id === id)?.name ?? `#${id}`)
          .join(', ') || '–',
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
            cell: (row: Subscriber) => (
              <RowActions
                name={row.email}
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
      <PageTitle title={t('subscribers.title')} lead={t('subscribers.lead')}>
        {canEdit && (
          <Button
            onClick={() => {
              setEditing('new');
            }}
          >
            {t('subscribers.create')}
          </Button>
        )}
      </PageTitle>
      <Toolbar>
        <SearchField
          label={t('subscribers.search')}
          value={params.search}
          onSearch={(search) => {
            change({ search });
          }}
        />
        <NativeSelect
          aria-label={t('subscribers.list')}
          value={params.filter[0] ?? ''}
          onChange={(event) => {
            change({ filter: [event.currentTarget.value] });
          }}
          data={[
            { value: '', label: t('subscribers.anyList') },
            ...allLists.map((list) => ({ value: String(list.id), label: list.name })),
          ]}
        />
      </Toolbar>
      <ListBody
        query={query}
        page={params.page}
        pageSize={pageSize}
        filtered={params.search !== '' || params.filter.length > 0}
        empty={t('subscribers.none')}
        onPage={(page) => {
          change({ page });
        }}
        onClear={() => {
          change({ search: '', filter: [] });
        }}
      >
        {(rows, busy) => (
          <DataTable
            label={t('subscribers.title')}
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
        <SubscriberDialog
          subscriber={editing === 'new' ? undefined : editing}
          lists={allLists}
          onClose={() => {
            setEditing(null);
          }}
        />
      )}
      {deleting && (
        <ConfirmDialog
          title={t('subscribers.deleteTitle', { name: deleting.email })}
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
          {t('subscribers.deleteText', { email: deleting.email })}
        </ConfirmDialog>
      )}
    </>
  );
}
