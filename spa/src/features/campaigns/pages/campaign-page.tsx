import { Alert, Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { PageTitle } from '../../../components/page-title';
import { ErrorState, LoadingRows } from '../../../components/states';
import { StatusBadge } from '../../../components/status-badge';
import { useFormat } from '../../../lib/format';
import { useCampaign } from '../api/campaign';
import { CampaignActions } from '../components/campaign-actions';
import { DeliveriesPanel } from '../components/deliveries-panel';
import { PreviewDialog } from '../components/preview-dialog';
import { ReconciliationPanel } from '../components/reconciliation-panel';
import { SentChart } from '../components/sent-chart';
import { TallyPanel } from '../components/tally-panel';
import classes from './campaign-page.module.css';

const times = ['scheduled_at', 'started_at', 'stopped_at', 'finished_at', 'cancelled_at'] as const;

export function CampaignPage() {
  const { t } = useTranslation('manage');
  const format = useFormat();
  const id = Number(useParams().campaignId);
  const [previewing, setPreviewing] = useState(false);
  const query = useCampaign(id);

  if (query.isPending) return <LoadingRows height={120} rows={4} />;
  if (query.isError && !query.data) {
    return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  }
  const campaign = query.data;
  const running = campaign.status === 'running';

  return (
    <div className={classes.page}>
      <PageTitle
        title={campaign.name}
        lead={
          <span className={classes.lead}>
            <StatusBadge status={campaign.status} />
            <span>{campaign.subject}</span>
            <Link to="/manage/campaigns">{t('campaign.all')}</Link>
          </span>
        }
      >
        <Button
          variant="default"
          onClick={() => {
            setPreviewing(true);
          }}
        >
          {t('preview.open')}
        </Button>
        <CampaignActions campaign={campaign} size="sm" />
      </PageTitle>

      {campaign.status === 'stopped' && campaign.stop_reason && (
        <Alert color="yellow" title={t('campaign.stopReason')} role="status">
          {campaign.stop_reason}
        </Alert>
      )}

      <TallyPanel campaign={campaign} />

      <div className={classes.columns}>
        <section className={classes.card} aria-labelledby="over-time">
          <h2 id="over-time">{t('chart.title')}</h2>
          <SentChart id={id} running={running} />
        </section>
        <section className={classes.card} aria-labelledby="adds-up">
          <h2 id="adds-up">{t('reconciliation.title')}</h2>
          <ReconciliationPanel id={id} />
        </section>
      </div>

      <dl className={classes.facts}>
        <div>
          <dt>{t('form.transport')}</dt>
          <dd>{t(`transport.${campaign.transport}`)}</dd>
        </div>
        <div>
          <dt>{t('form.rateLimit')}</dt>
          <dd>{campaign.rate_limit === null ? t('campaign.noLimit') : format.number(campaign.rate_limit)}</dd>
        </div>
        <div>
          <dt>{t('form.fromEmail')}</dt>
          <dd>{campaign.from_email}</dd>
        </div>
        <div>
          <dt>{t('form.public')}</dt>
          <dd>{t(campaign.is_public ? 'campaign.yes' : 'campaign.no')}</dd>
        </div>
        {times.map((name) => {
          const at = campaign[name];
          return (
            at && (
              <div key={name}>
                <dt>{t(`campaign.${name}`)}</dt>
                <dd>{format.dateTime(at)}</dd>
              </div>
            )
          );
        })}
      </dl>

      <DeliveriesPanel id={id} running={running} />
      {previewing && (
        <PreviewDialog
          id={id}
          onClose={() => {
            setPreviewing(false);
          }}
        />
      )}
    </div>
  );
}
