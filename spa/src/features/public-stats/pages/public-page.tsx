import { Button, NativeSelect } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { PageTitle } from '../../../components/page-title';
import { Pager } from '../../../components/pager';
import { SearchField } from '../../../components/search-field';
import { EmptyState, ErrorState, LoadingRows } from '../../../components/states';
import { StreamNotice } from '../../../components/stream-notice';
import { type CampaignStatus, campaignStatuses } from '../../../lib/api-types';
import { useListParams } from '../../../lib/list-params';
import { publicPageSize, usePublicCampaigns } from '../api/public-campaigns';
import { usePublicEvents } from '../api/public-events';
import { CampaignBoard } from '../components/campaign-board';
import { Totals } from '../components/totals';
import classes from './public-page.module.css';

function asStatuses(values: string[]): CampaignStatus[] {
  return campaignStatuses.filter((status) => values.includes(status));
}

export function PublicPage() {
  const { t } = useTranslation();
  const stream = usePublicEvents();
  const { params, change } = useListParams('status', '');
  const status = asStatuses(params.filter);
  const lost = stream === 'lost';
  const running = usePublicCampaigns({ page: 1, page_size: 200, status: ['running'] }, lost);
  const list = usePublicCampaigns(
    {
      page: params.page,
      page_size: publicPageSize,
      ...(params.search && { search: params.search }),
      ...(status.length > 0 && { status }),
    },
    lost,
  );
  const filtered = params.search !== '' || status.length > 0;

  function body() {
    if (list.isPending) return <LoadingRows rows={5} height={72} />;
    if (list.isError && !list.data) {
      return <ErrorState error={list.error} onRetry={() => void list.refetch()} />;
    }
    if (list.data.count === 0) {
      return (
        <EmptyState title={t(filtered ? 'public.noneMatch' : 'public.none')}>
          {filtered && (
            <Button
              variant="default"
              onClick={() => {
                change({ search: '', filter: [] });
              }}
            >
              {t('action.clearFilters')}
            </Button>
          )}
        </EmptyState>
      );
    }
    return (
      <>
        <CampaignBoard campaigns={list.data.results} busy={list.isPlaceholderData} />
        <Pager
          page={params.page}
          pageSize={publicPageSize}
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
      <PageTitle title={t('public.title')} lead={t('public.lead')}>
        <StreamNotice state={stream} />
      </PageTitle>
      <Totals
        running={running.data?.results.filter((campaign) => campaign.status === 'running')}
      />
      <div className={classes.filters} role="search">
        <SearchField
          label={t('public.search')}
          value={params.search}
          onSearch={(search) => {
            change({ search });
          }}
        />
        <NativeSelect
          aria-label={t('filter.status')}
          value={status[0] ?? ''}
          onChange={(event) => {
            change({ filter: [event.currentTarget.value] });
          }}
          data={[
            { value: '', label: t('filter.anyStatus') },
            ...campaignStatuses.map((value) => ({ value, label: t(`status.${value}`) })),
          ]}
        />
        <span className={classes.count}>
          {list.data && t('public.count', { count: list.data.count })}
        </span>
      </div>
      {body()}
    </>
  );
}
