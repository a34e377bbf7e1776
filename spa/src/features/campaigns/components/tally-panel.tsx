import { useTranslation } from 'react-i18next';
import { type CampaignListItem, deliveryStatuses } from '../../../lib/api-types';
import { useFormat } from '../../../lib/format';
import classes from './tally-panel.module.css';

export function TallyPanel({ campaign }: { campaign: CampaignListItem }) {
  const { t } = useTranslation('manage');
  const format = useFormat();
  const { tally } = campaign;
  const share = (count: number) => (tally.total === 0 ? 0 : (count / tally.total) * 100);

  return (
    <section className={classes.panel} aria-label={t('tally.label')}>
      <dl className={classes.figures}>
        <div>
          <dt>{t('tally.done')}</dt>
          <dd data-testid="percent">{format.percent(campaign.percent)}</dd>
        </div>
        <div>
          <dt>{t('tally.sentOf')}</dt>
          <dd>
            <span data-testid="sent">{format.number(tally.sent)}</span>
            <small> / {format.number(tally.total)}</small>
          </dd>
        </div>
        <div>
          <dt>{t('tally.rate')}</dt>
          <dd>{campaign.status === 'running' ? format.rate(campaign.rate) : '–'}</dd>
        </div>
        <div>
          <dt>{t('tally.eta')}</dt>
          <dd>{campaign.eta_seconds === null ? '–' : format.duration(campaign.eta_seconds)}</dd>
        </div>
      </dl>
      <div className={classes.bar} aria-hidden="true">
        {deliveryStatuses.map((status) => (
          <div key={status} data-status={status} style={{ width: `${share(tally[status])}%` }} />
        ))}
      </div>
      <ul className={classes.legend}>
        {deliveryStatuses.map((status) => (
          <li key={status} data-status={status} data-empty={tally[status] === 0 || undefined}>
            <span>{t(`delivery.${status}`)}</span>
            <strong>{format.number(tally[status])}</strong>
          </li>
        ))}
      </ul>
    </section>
  );
}
