import { Button, NativeSelect } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { type Column, DataTable } from '../../../components/data-table';
import { PageTitle } from '../../../components/page-title';
import { Pager } from '../../../components/pager';
import { ProgressBar } from '../../../components/progress-bar';
import { SearchField } from '../../../components/search-field';
import { EmptyState, ErrorState, LoadingRows } from '../../../components/states';
import { StatusBadge } from '../../../components/status-badge';
import { Toolbar } from '../../../components/toolbar';
import { type CampaignListItem, campaignStatuses } from '../../../lib/api-types';
import { useFormat } from '../../../lib/format';
import { useListParams } from '../../../lib/list-params';
import { useCanEdit } from '../../../lib/session';
import { campaignsPageSize, useCampaigns } from '../api/campaigns';
import { CampaignActions } from '../components/campaign-actions';
import classes from './campaigns-page.module.css';

export function CampaignsPage() {
  const { t } = useTranslation('manage');
  const { t: common } = useTranslation();
  const format = useFormat();
  const canEdit = useCanEdit();
  const { params, change } = useListParams('status', '-created_at');
  const status = campaignStatuses.filter((value) => params.filter.includes(value));
  const list = useCampaigns({
    page: params.page,
    ordering: params.ordering,
    ...(params.search && { search: params.search }),
    ...(status.length > 0 && { status }),
  });
  const filtered = params.search !== '' || status.length > 0;

  const columns: Column<CampaignListItem>[] = [
    {
      key: 'name',
      header: t('campaigns.name'),
      names: true,
      sortBy: 'name',
      cell: (campaign) => (
        <>
          <Link className={classes.name} to={`/manage/campaigns/${campaign.id}`}>
            {campaign.name}
          </Link>
          <span className={classes.subject}>{campaign.subject}</span>
        </>
      ),
    },
    {
      key: 'status',
      header: t('campaigns.status'),
      sortBy: 'status',
      width: '150px',
      cell: (campaign) => <StatusBadge status={campaign.status} />,
    },
    {
      key: 'progress',
      header: t('campaigns.progress'),
      width: '21%',
      cell: (campaign) => (
        <div className={classes.progress}>
          <ProgressBar
            percent={campaign.percent}
            status={campaign.status}
            label={common('public.progressOf', { name: campaign.name })}
          />
          <span className={classes.percent}>{format.percent(campaign.percent)}</span>
        </div>
      ),
    },
    {
      key: 'sent',
      header: t('campaigns.sentOfTotal'),
      sortBy: 'sent',
      align: 'end',
      whole: true,
      width: '150px',
      cell: ({ tally, audience_frozen: frozen }) =>
        frozen ? `${format.number(tally.sent)} / ${format.number(tally.total)}` : '–',
    },
    {
      key: 'created',
      header: t('campaigns.created'),
      sortBy: 'created_at',
      whole: true,
      width: '180px',
      cell: (campaign) => format.dateTime(campaign.created_at),
    },
    ...(canEdit
      ? [
          {
            key: 'actions',
            header: t('campaigns.actions'),
            bare: true,
            align: 'end' as const,
            width: '170px',
            cell: (campaign: CampaignListItem) => (
              <CampaignActions campaign={campaign} size="compact-sm" />
            ),
          },
        ]
      : []),
  ];

  function body() {
    if (list.isPending) return <LoadingRows />;
    if (list.isError && !list.data) {
      return <ErrorState error={list.error} onRetry={() => void list.refetch()} />;
    }
    if (list.data.count === 0) {
      return (
        <EmptyState title={filtered ? common('public.noneMatch') : common('public.none')}>
          {filtered ? (
            <Button
              variant="default"
              onClick={() => {
                change({ search: '', filter: [] });
              }}
            >
              {common('action.clearFilters')}
            </Button>
          ) : (
            canEdit && (
              <Button component={Link} to="/manage/campaigns/new">
                {t('campaigns.create')}
              </Button>
            )
          )}
        </EmptyState>
      );
    }
    return (
      <>
        <DataTable
          label={t('campaigns.title')}
          columns={columns}
          rows={list.data.results}
          rowKey={(campaign) => campaign.id}
          ordering={params.ordering}
          onOrder={(ordering) => {
            change({ ordering });
          }}
          busy={list.isPlaceholderData}
        />
        <Pager
          page={params.page}
          pageSize={campaignsPageSize}
          count={list.data.count}
          onPage={(page) => {
            change({ page });
          }}
        />
      </>
    );
  }

  return (
    <>
      <PageTitle title={t('campaigns.title')}>
        {canEdit && (
          <Button component={Link} to="/manage/campaigns/new">
            {t('campaigns.create')}
          </Button>
        )}
      </PageTitle>
      <Toolbar>
        <SearchField
          label={t('campaigns.search')}
          value={params.search}
          onSearch={(search) => {
            change({ search });
          }}
        />
        <NativeSelect
          aria-label={common('filter.status')}
          value={status[0] ?? ''}
          onChange={(event) => {
            change({ filter: [event.currentTarget.value] });
          }}
          data={[
            { value: '', label: common('filter.anyStatus') },
            ...campaignStatuses.map((value) => ({ value, label: common(`status.${value}`) })),
          ]}
        />
      </Toolbar>
      {body()}
    </>
  );
}
